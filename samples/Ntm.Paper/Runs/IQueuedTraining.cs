using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>A training that runs in another process of this program, in its own folder.</summary>
internal interface IQueuedTraining : ITrial<TrainingSummary>
{
    /// <summary>Its folder.</summary>
    RunFolder Folder { get; }

    /// <summary>What it gave, if it needs no process any more: another program may have trained it meanwhile.</summary>
    TrainingSummary? Done();

    /// <summary>The program's arguments that begin it or resume it, as its folder is now.</summary>
    IEnumerable<string> Arguments();

    TrainingSummary? ITrial<TrainingSummary>.FindResult() => FolderLock.IsTaken(Folder.Path)
        ? throw new TrialBusyException($"{Folder.Path}: another process is training there.")
        : Done();

    Task<TrainingSummary> ITrial<TrainingSummary>.RunAsync(CancellationToken cancellationToken) => TrainingProcess.RunAsync(Arguments(), Folder, cancellationToken);
}
