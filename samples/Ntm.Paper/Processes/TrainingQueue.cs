using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Processes;

/// <summary>Trainings in other processes, as many at once as there are cores. One that fails does not end the others.</summary>
internal static class TrainingQueue
{
    /// <summary>How long a process that trains may take to end after a signal: its trainings save first.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    /// <summary>How many run at once; 1 also where there is none.</summary>
    public static int AtOnce(int trainings) => Math.Clamp(trainings, 1, Environment.ProcessorCount);

    /// <summary>Runs all, in their order as far as cores are free.</summary>
    /// <typeparam name="T">The trainings.</typeparam>
    /// <param name="trainings">The trainings.</param>
    /// <param name="observer">Observes them.</param>
    /// <param name="cancellation">Asks those that run to save and end.</param>
    /// <returns>Whether all have ended; otherwise it was cancelled.</returns>
    public static async Task<bool> RunAsync<T>(IReadOnlyList<T> trainings, ISweepObserver<T, TrainingSummary> observer, CancellationToken cancellation)
        where T : IQueuedTraining
    {
        await SweepRunner.RunAsync(trainings, AtOnce(trainings.Count), observer, cancellation);
        return !cancellation.IsCancellationRequested;
    }
}

/// <summary>A training that runs in another process of this program, in its own folder.</summary>
internal interface IQueuedTraining : ITrial<TrainingSummary>
{
    /// <summary>Its folder.</summary>
    RunFolder Folder { get; }

    /// <summary>Returns the result if it no longer needs a process: another program may have trained it meanwhile.</summary>
    TrainingSummary? Done();

    /// <summary>The program's arguments that begin it or resume it, as its folder is now.</summary>
    IEnumerable<string> Arguments();

    TrainingSummary? ITrial<TrainingSummary>.FindResult() => FolderLock.IsTaken(Folder.Path)
        ? throw new TrialBusyException($"{Folder.Path}: another process is training there.")
        : Done();

    Task<TrainingSummary> ITrial<TrainingSummary>.RunAsync(CancellationToken cancellationToken) => TrainingProcess.RunAsync(Arguments(), Folder, cancellationToken);
}
