using Ntm.Paper.Runs;
using Ntm.Paper.Sweeps;
using Ntm.Training;

namespace Ntm.Paper.Collect;

/// <summary>A training of a sweep with what its folder says about it.</summary>
/// <param name="Training">The training.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Outcome">Its result or failure; neither if it has not ended.</param>
/// <param name="State">One of done, failed, running, interrupted, pending.</param>
internal sealed record CollectedTraining(SweepTraining Training, RunFolder Folder, TrialOutcome<TrainingSummary> Outcome, string State)
{
    public const string Done = "done";
    public const string Failed = "failed";
    private const string Running = "running";
    private const string Interrupted = "interrupted";
    private const string Pending = "pending";

    /// <summary>Reads a folder.</summary>
    /// <param name="training">The training.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="failure">Why it failed when it was last run; <see langword="null"/> if it did not.</param>
    public static CollectedTraining Read(SweepTraining training, RunFolder folder, string? failure)
    {
        var none = new TrialOutcome<TrainingSummary>(null, null);
        try
        {
            if (TrainingSummary.Read(folder) is { IsInterrupted: false } summary)
            {
                // A folder that was moved here from another sweep would count for what it is not.
                return new PlannedFolder(training.Settings, folder).Difference() is { } difference
                    ? Fail($"The training has other settings than the sweep's: {difference}.")
                    : new CollectedTraining(training, folder, new(summary, null), Done);
            }
        }
        catch (Exception e) when (Processes.QueuedTraining.IsFault(e))
        {
            return Fail(e.Message);
        }

        return FolderLock.IsTaken(folder.Path) ? new CollectedTraining(training, folder, none, Running)
            : failure is not null ? Fail(failure)
            : new CollectedTraining(training, folder, none, File.Exists(folder.SettingsFile) ? Interrupted : Pending);

        CollectedTraining Fail(string reason) => new(training, folder, new(null, new InvalidDataException(reason)), Failed);
    }
}
