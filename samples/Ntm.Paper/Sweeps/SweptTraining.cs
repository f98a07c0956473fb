using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>A training of a sweep as this program runs it, beside others that may share the folder.</summary>
/// <param name="training">The training.</param>
/// <param name="sweep">The sweep's folder.</param>
/// <param name="isOwn">Whether it is of this shard's share. A failed one is tried again by its own shard alone, or each shard would repeat it.</param>
internal sealed class SweptTraining(SweepTraining training, SweepFolder sweep, bool isOwn) : IQueuedTraining
{
    private readonly PlannedFolder _planned = new(training.Settings, sweep.Of(training));

    public SweepTraining Training => training;

    public string Name => training.Name;

    public RunFolder Folder { get; } = sweep.Of(training);

    /// <summary>Whether this program has trained it, and not another one.</summary>
    public bool IsTrainedHere { get; private set; }

    public double Work => training.Settings.Sequences;

    public double Progress() => _planned.Progress();

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The training failed, or its folder is damaged or another training's.</exception>
    public TrainingSummary? Done()
    {
        if (_planned.Summary() is { } summary)
            return summary;
        if (_planned.Difference() is { } difference)
            throw new InvalidDataException($"{Folder.Path} holds a training with other settings than the sweep's: {difference}.");
        return !isOwn && sweep.Failure(training) is { } reason ? throw new InvalidDataException(reason) : null;
    }

    public IEnumerable<string> Arguments() => IsBegun
        ? ["train", "--resume", Folder.Path, "--threads", "1", "--json"]
        : [.. SettingsCommand.Arguments(training.Settings), "--threads", "1", "--out", Folder.Path, "--json"];

    private bool IsBegun => File.Exists(Folder.SettingsFile) || Folder.Checkpoints.Files.Count > 0;

    async Task<TrainingSummary> ITrial<TrainingSummary>.RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            sweep.DeleteFailure(training);
            var wasBegun = IsBegun;
            var end = await TrainingProcess.EndAsync(Arguments(), Folder, cancellationToken);
            if (end.Summary is { } summary)
            {
                IsTrainedHere = true;
                return summary;
            }

            // Another program may have trained in the folder after this one looked there, and before the process locked it.
            if (end.ExitCode == ExitCode.WrongUsage && Done() is { } done)
                return done;
            if (end.ExitCode == ExitCode.WrongUsage && !wasBegun && IsBegun)
                throw new TrialBusyException(end.Reason!);
            throw new InvalidDataException(end.Reason);
        }
        catch (Exception e) when (QueuedTraining.IsFault(e) && e is not TrialBusyException && !cancellationToken.IsCancellationRequested)
        {
            Keep(e.Message);
            throw;
        }
    }

    private void Keep(string reason)
    {
        try
        {
            sweep.WriteFailure(training, reason);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure is a row of this program's report all the same.
        }
    }
}
