using Ntm.Core.Serialization;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Processes;

/// <summary>A training that runs in another process of this program, in its own folder.</summary>
internal interface IQueuedTraining : ITrial<TrainingSummary>
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Its folder.</summary>
    RunFolder Folder { get; }

    /// <summary>How long it takes in comparison with the others of the queue.</summary>
    double Work { get; }

    /// <summary>The share of its work that is done, 0 to 1.</summary>
    double Progress();

    /// <summary>Returns the result if it no longer needs a process: another program may have trained it meanwhile.</summary>
    TrainingSummary? Done();

    /// <summary>The program's arguments that begin it or resume it, as its folder is now.</summary>
    IEnumerable<string> Arguments();

    TrainingSummary? ITrial<TrainingSummary>.FindResult() => FolderLock.IsTaken(Folder.Path)
        ? throw new TrialBusyException($"{Folder.Path}: another process is training there.")
        : Done();

    Task<TrainingSummary> ITrial<TrainingSummary>.RunAsync(CancellationToken cancellationToken) => TrainingProcess.RunAsync(Arguments(), Folder, cancellationToken);
}

/// <summary>The failures of trainings.</summary>
internal static class QueuedTraining
{
    /// <summary>Whether an exception is a fault of a training or of its folder, not of this program.</summary>
    public static bool IsFault(Exception e) => e is InvalidDataException or UsageException or IOException or UnauthorizedAccessException or SafeTensorsFormatException;
}
