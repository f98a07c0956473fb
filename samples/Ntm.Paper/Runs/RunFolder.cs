using System.Text;
using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Paper.Sweeps;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The folder that a training writes: model, history as CSV and JSON, settings, result, checkpoints. Every file is written atomically.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The key of the metadata of models and checkpoints that holds the settings of their training.</summary>
    public const string SettingsKey = "settings";

    public string Path { get; } = path;

    /// <summary>The folder of a training that names none: <c>runs/TASK</c>, and for all but the first architecture <c>runs/TASK-ARCHITECTURE</c>,
    /// so that none takes another's place.</summary>
    public static string DefaultPath(TrainSettings settings) => System.IO.Path.Combine(
        "runs", settings.Architecture == default ? settings.Task : $"{settings.Task}-{SettingsJson.Name(settings.Architecture)}");

    public string ModelFile => System.IO.Path.Combine(Path, "model.safetensors");

    /// <param name="path">A model's file, a run's folder, or the name of a model that comes with the program.</param>
    /// <returns>The model's file.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    public static string ModelFileOf(string path)
    {
        var folder = Directory.Exists(path) ? path : File.Exists(path) ? null : ShippedModels.Find(path);
        var file = folder is null ? path : new RunFolder(folder).ModelFile;
        return File.Exists(file)
            ? file
            : throw new UsageException($"The model is '{path}'; expected a model's file, a folder with model.safetensors, as 'train' writes it, or a task for the model of it that comes with the program.");
    }

    public string HistoryCsv => System.IO.Path.Combine(Path, "history.csv");

    public string HistoryJson => System.IO.Path.Combine(Path, "history.json");

    public string SettingsFile => System.IO.Path.Combine(Path, "settings.json");

    /// <summary>The result of the training; there is none while it runs.</summary>
    public string ResultFile => System.IO.Path.Combine(Path, "result.json");

    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>The folder that a search among branches resumes from; there is none without <c>--generations</c>.</summary>
    public string Branches => System.IO.Path.Combine(Path, "branches");

    public CheckpointFolder Checkpoints => new(System.IO.Path.Combine(Path, "checkpoints"));

    /// <summary>The list of seeds that makes a folder that of a sweep, whose trainings have their own folders below.</summary>
    public string SeedsFile => System.IO.Path.Combine(Path, "seeds.json");

    /// <summary>Makes the folder and keeps other processes from training there until what is returned is disposed.</summary>
    /// <exception cref="IOException">It cannot be made or written, or another process is training there.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        return FolderLock.Take(Path);
    }

    /// <summary>Sees that the folder can be written, before anything is learned that would then be lost.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Prepare(TrainSettings settings)
    {
        Directory.CreateDirectory(Path);
        AtomicFile.DeleteLeftovers(Path);
        File.Delete(ResultFile);
        AtomicFile.Write(SettingsFile, stream => stream.Write(Encoding.UTF8.GetBytes(SettingsJson.Write(settings))));
    }

    /// <summary>Refuses a folder in which a new training would replace something, or mix with a sweep. Nothing is changed.</summary>
    /// <param name="overwrite">Whether what an earlier training left may be replaced.</param>
    /// <exception cref="UsageException">The folder is not free; the message says what it holds and what to do.</exception>
    public void ThrowIfOccupied(bool overwrite)
    {
        if (File.Exists(SeedsFile))
            throw new UsageException($"{Path} holds a sweep over seeds, with which a single training does not mix: another --out, or '{ProgramName.Command} train --resume {ShellWord.Path(Path)}' for the sweep.");
        if (SweepFolder.Is(Path))
            throw new UsageException($"{Path} holds a sweep, with which a single training does not mix; expected another --out.");
        if (overwrite || Holdings() is not { } holdings)
            return;
        var resume = $"{ProgramName.Command} train --resume {ShellWord.Path(Path)}";
        throw new UsageException(holdings.IsFinished
            ? $"{Path} holds {holdings.What}: --overwrite replaces it, another --out leaves it, and '{resume}' with more --sequences trains it further."
            : $"{Path} holds {holdings.What}: '{resume}' resumes it, --overwrite discards it and starts over, another --out leaves it.");
    }

    /// <summary>Removes what an earlier training has left.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Clear()
    {
        // The settings last: as long as they are there, the folder counts as a training's.
        Checkpoints.Clear();
        if (Directory.Exists(Branches))
            Directory.Delete(Branches, recursive: true);
        foreach (var file in (string[])[ResultFile, ModelFile, HistoryCsv, HistoryJson, SettingsFile])
            File.Delete(file);
    }

    /// <summary>Describes the training in the folder; <see langword="null"/> if there is none.</summary>
    public (string What, bool IsFinished)? Holdings()
    {
        string[] files = [.. ((string[])[ModelFile, ResultFile, SettingsFile, HistoryCsv, HistoryJson]).Where(File.Exists), .. Checkpoints.Files];
        if (files.Length == 0 && !Directory.Exists(Branches))
            return null;
        if (ResultOrNull() is { IsInterrupted: false } summary)
            return (FormattableString.Invariant($"a finished training ({summary.Task}, {summary.Architecture}, seed {summary.Seed}, {summary.SequencesSeen:N0} sequences, {(summary.Solved ? "solved" : "not solved")})"), true);
        if (files.Length > 0 && files.All(file => file == ModelFile))
            return ("a model", true);
        var newest = Checkpoints.LoadNewest();
        return (newest is null ? "a training that was interrupted" : FormattableString.Invariant($"a training that was interrupted after {newest.SequencesSeen:N0} sequences"), false);
    }

    private TrainingSummary? ResultOrNull()
    {
        try
        {
            return TrainingSummary.Read(this);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public void Save(PaperModel model, TrainSettings settings) =>
        model.Save(ModelFile, new Dictionary<string, string> { [SettingsKey] = SettingsJson.Write(settings) });

    /// <summary>The newest checkpoint, if there is one, and the settings of its training.</summary>
    /// <param name="damaged">Receives every checkpoint that cannot be read.</param>
    /// <exception cref="UsageException">There is nothing to resume.</exception>
    public (TrainingCheckpoint? Checkpoint, JsonObject Settings) LoadForResume(Action<string> damaged)
    {
        var checkpoint = Checkpoints.LoadNewest(damaged);
        if (checkpoint is not null)
        {
            Check(checkpoint.History, checkpoint.Path);
            return checkpoint.Metadata.TryGetValue(SettingsKey, out var text)
                ? (checkpoint, SettingsJson.Parse(text, checkpoint.Path))
                : throw new UsageException($"{checkpoint.Path}: found no settings; expected a checkpoint that 'train' wrote.");
        }

        if (Checkpoints.Files.Count > 0)
            throw new UsageException($"--resume {Path}: none of its {Checkpoints.Files.Count} checkpoints can be read.");
        // Interrupted before its first checkpoint, or never one of ours.
        return File.Exists(SettingsFile)
            ? (null, SettingsJson.ReadFile(SettingsFile, "--resume"))
            : throw new UsageException($"--resume {Path}: there is neither a checkpoint nor settings.json; expected a folder that 'train' wrote.");
    }

    /// <summary>The learning curve of a run, or none if the folder has no history.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IReadOnlyList<TrainingPoint> ReadHistory() => File.Exists(HistoryJson) ? Check(HistoryFiles.Read(HistoryJson), HistoryJson) : [];

    /// <exception cref="InvalidDataException">It is no learning curve: sequences or seconds decrease.</exception>
    private static IReadOnlyList<TrainingPoint> Check(IReadOnlyList<TrainingPoint> history, string file)
    {
        var (sequences, seconds) = (0L, 0.0);
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i].Sequences <= sequences || !(history[i].Seconds >= seconds && double.IsFinite(history[i].Seconds)))
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{file}: history: found {history[i].Sequences} sequences after {history[i].Seconds} s as point {i}, after {sequences} and {seconds} s; expected more with every point."));
            }

            (sequences, seconds) = (history[i].Sequences, history[i].Seconds);
        }

        return history;
    }
}
