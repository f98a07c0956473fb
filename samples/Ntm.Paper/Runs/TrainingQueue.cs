namespace Ntm.Paper.Runs;

/// <summary>Trainings that run in processes of their own, as many at once as there are cores.</summary>
internal static class TrainingQueue
{
    /// <summary>How many run at once; 1 also where there is none.</summary>
    public static int AtOnce(int trainings) => Math.Clamp(trainings, 1, Environment.ProcessorCount);

    /// <summary>Runs all, in their order as far as cores are free.</summary>
    /// <typeparam name="T">What is known of a training.</typeparam>
    /// <param name="trainings">The trainings.</param>
    /// <param name="start">The folder of a training and the program's arguments for it.</param>
    /// <param name="ended">Is told what each gave, one at a time.</param>
    /// <param name="cancellation">Asks those that run to save and end.</param>
    /// <param name="failed">Is told of those that fail, and the others go on; without it the first failure ends the queue.</param>
    /// <returns>Whether all have ended; otherwise it was cancelled.</returns>
    /// <exception cref="InvalidDataException">A training failed, and nobody wants to be told; the message is its own.</exception>
    public static async Task<bool> RunAsync<T>(
        IReadOnlyList<T> trainings, Func<T, (RunFolder Folder, IEnumerable<string> Arguments)> start, Action<T, TrainingSummary> ended,
        CancellationToken cancellation, Action<T, InvalidDataException>? failed = null)
    {
        var turn = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce(trainings.Count), CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(trainings, options, async (training, _) =>
            {
                var (folder, arguments) = start(training);
                try
                {
                    var summary = await TrainingProcess.RunAsync(arguments, folder, cancellation);
                    lock (turn)
                        ended(training, summary);
                }
                catch (InvalidDataException e) when (failed is not null)
                {
                    lock (turn)
                        failed(training, e);
                }
            });
        }
        catch (OperationCanceledException)
        {
            // Those that were running have saved.
        }

        return !cancellation.IsCancellationRequested;
    }
}
