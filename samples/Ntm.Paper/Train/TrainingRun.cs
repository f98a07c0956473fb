using System.Text.Json.Nodes;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>A training to run: its settings, its folder and where it starts.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Checkpoint">The checkpoint to resume from; <see langword="null"/> for a new training.</param>
/// <param name="Lock">Keeps others out of the folder.</param>
/// <param name="IsNew">Whether the training is new, not resumed.</param>
internal sealed record TrainingRun(TrainSettings Settings, RunFolder Folder, TrainingCheckpoint? Checkpoint, IDisposable Lock, bool IsNew) : IDisposable
{
    /// <summary>A new training. Nothing of an earlier one is removed yet.</summary>
    /// <exception cref="UsageException">The folder holds another training, or there is no such device.</exception>
    public static TrainingRun Start(TrainSettings settings, bool overwrite)
    {
        _ = Torch.DeviceOf(settings);
        if (settings.Generations > 0 || settings.SettleSequences > 0)
            _ = BranchGoals.Of(settings);
        var folder = new RunFolder(settings.Out ?? RunFolder.DefaultPath(settings));
        var held = folder.Lock();
        try
        {
            folder.ThrowIfOccupied(overwrite);
            return new TrainingRun(settings, folder, null, held, IsNew: true);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <param name="folder">The folder of an interrupted training.</param>
    /// <param name="task">The task on the command line, if there is one.</param>
    /// <param name="given">The options on the command line.</param>
    /// <param name="terminal">Where damaged checkpoints are reported.</param>
    /// <exception cref="UsageException">There is nothing to resume, or an option contradicts it.</exception>
    public static TrainingRun Resume(RunFolder folder, string? task, JsonObject given, Terminal terminal)
    {
        if (!Directory.Exists(folder.Path))
            throw new UsageException($"--resume {folder.Path}: there is no such folder; expected one that 'train' wrote.");
        var held = folder.Lock();
        try
        {
            var (checkpoint, saved) = folder.LoadForResume(damage => terminal.Line($"Left out, and the checkpoint before it used: {damage}"));
            var settings = SettingsResolver.Resume(saved, checkpoint?.Path ?? folder.SettingsFile, task, given);
            if (checkpoint is not null && checkpoint.SequencesSeen > settings.Sequences)
                throw new UsageException($"--sequences is {settings.Sequences}, and the training in {folder.Path} has seen {checkpoint.SequencesSeen} already; expected at least as many.");
            return new TrainingRun(settings, folder, checkpoint, held, IsNew: false);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>A training whose settings are not known yet.</summary>
    public static TrainingRun Unknown => new(new TrainSettings { Task = "" }, new RunFolder(""), null, new NoLock(), IsNew: true);

    /// <summary>The part of a process that computes for another one, which has the folder.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="checkpoint">The checkpoint that the training resumes from; <see langword="null"/> for a new one.</param>
    /// <exception cref="UsageException">There is no such device.</exception>
    public static TrainingRun Joined(TrainSettings settings, TrainingCheckpoint? checkpoint)
    {
        _ = Torch.DeviceOf(settings);
        return new TrainingRun(settings, new RunFolder(settings.Out ?? RunFolder.DefaultPath(settings)), checkpoint, new NoLock(), IsNew: checkpoint is null);
    }

    public void Dispose() => Lock.Dispose();

    private sealed class NoLock : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
