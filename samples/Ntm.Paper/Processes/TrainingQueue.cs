using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Processes;

/// <summary>Trainings in other processes, as many at once as there are cores. One that fails does not end the others.</summary>
internal static class TrainingQueue
{
    /// <summary>How long a process that trains may take to end after a signal: its trainings save first.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    /// <summary>How many run at once; 1 also where there is none.</summary>
    public static int AtOnce(int trainings) => Math.Clamp(trainings, 1, Environment.ProcessorCount);

    /// <summary>Runs all, in their order as far as cores are free, with a line of their progress.</summary>
    /// <typeparam name="T">The trainings.</typeparam>
    /// <param name="trainings">The trainings.</param>
    /// <param name="observer">Observes them.</param>
    /// <param name="terminal">Where the progress is shown.</param>
    /// <param name="cancellation">Asks those that run to save and end.</param>
    /// <param name="shard">The part of this program where several run the trainings together.</param>
    /// <param name="waitsForBusy">Whether trainings of other programs are waited for.</param>
    /// <returns>Whether all have ended; otherwise it was cancelled.</returns>
    public static async Task<bool> RunAsync<T>(
        IReadOnlyList<T> trainings, ISweepObserver<T, TrainingSummary> observer, Terminal terminal, CancellationToken cancellation, Shard? shard = null, bool waitsForBusy = true)
        where T : class, IQueuedTraining
    {
        if (trainings.Count == 0)
            return !cancellation.IsCancellationRequested;
        var options = new SweepOptions { AtOnce = AtOnce(trainings.Count), Shard = shard ?? Shard.Whole, WaitsForBusy = waitsForBusy };
        var progress = new QueueProgress(trainings);
        var observed = new ProgressObserver<T>(observer, progress);
        var queue = SweepRunner.RunShardAsync(trainings, options, observed, cancellation);
        for (var nextLog = DateTime.UtcNow; await Task.WhenAny(queue, Task.Delay(Tick, CancellationToken.None)) != queue;)
        {
            lock (observed.Turn)
            {
                var keep = DateTime.UtcNow >= nextLog;
                terminal.Live(progress.Line(), keep);
                if (keep)
                    nextLog = DateTime.UtcNow + LogInterval;
            }
        }

        await queue;
        return !cancellation.IsCancellationRequested;
    }

    /// <summary>Keeps the progress, one callback at a time with the lines that show it.</summary>
    private sealed class ProgressObserver<T>(ISweepObserver<T, TrainingSummary> inner, QueueProgress progress) : ISweepObserver<T, TrainingSummary>
        where T : class, IQueuedTraining
    {
        public Lock Turn { get; } = new();

        public void OnStart(T trial)
        {
            lock (Turn)
            {
                progress.Begin(trial);
                inner.OnStart(trial);
            }
        }

        public void OnWait(T trial)
        {
            lock (Turn)
            {
                progress.Leave(trial);
                inner.OnWait(trial);
            }
        }

        public void OnEnd(T trial, TrialOutcome<TrainingSummary> outcome)
        {
            lock (Turn)
            {
                progress.End(trial);
                inner.OnEnd(trial, outcome);
            }
        }
    }
}
