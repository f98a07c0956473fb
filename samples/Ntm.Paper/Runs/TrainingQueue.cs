using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>Trainings that run in processes of their own, as many at once as there are cores. One that fails does not end the others.</summary>
internal static class TrainingQueue
{
    /// <summary>How long a process that trains may take to end after a signal: its trainings save first.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>How many run at once; 1 also where there is none.</summary>
    public static int AtOnce(int trainings) => Math.Clamp(trainings, 1, Environment.ProcessorCount);

    /// <summary>Runs all, in their order as far as cores are free.</summary>
    /// <typeparam name="T">The trainings.</typeparam>
    /// <param name="trainings">The trainings.</param>
    /// <param name="observer">Is told what becomes of them.</param>
    /// <param name="cancellation">Asks those that run to save and end.</param>
    /// <returns>Whether all have ended; otherwise it was cancelled.</returns>
    public static async Task<bool> RunAsync<T>(IReadOnlyList<T> trainings, IQueueObserver<T> observer, CancellationToken cancellation)
        where T : IQueuedTraining
    {
        var turn = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce(trainings.Count), CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(trainings, options, async (training, _) => await RunOneAsync(training, turn, observer, cancellation));
        }
        catch (OperationCanceledException)
        {
            // Those that were running have saved.
        }

        return !cancellation.IsCancellationRequested;
    }

    private static async Task RunOneAsync<T>(T training, Lock turn, IQueueObserver<T> observer, CancellationToken cancellation)
        where T : IQueuedTraining
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            try
            {
                if (!FolderLock.IsTaken(training.Folder.Path))
                {
                    if (training.Done() is not { } summary)
                    {
                        lock (turn)
                            observer.Begins(training);
                        summary = await TrainingProcess.RunAsync(training.Arguments(), training.Folder, cancellation);
                    }

                    lock (turn)
                        observer.Ended(training, summary);
                    return;
                }
            }
            catch (FolderBusyException)
            {
                // Another process was faster.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or UsageException or CheckpointException)
            {
                // What a signal ended has not failed.
                cancellation.ThrowIfCancellationRequested();
                lock (turn)
                    observer.Failed(training, e.Message);
                return;
            }

            if (!hasWaited)
            {
                lock (turn)
                    observer.Waits(training);
            }

            await Task.Delay(Pause, cancellation);
        }
    }
}
