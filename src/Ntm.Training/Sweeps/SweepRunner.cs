namespace Ntm.Training;

/// <summary>Runs several trials, some at once. One that fails does not end the others.</summary>
public static class SweepRunner
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>Runs trials in their order, as far as there is room; those that have their results are not run again.</summary>
    /// <remarks>
    /// An exception of a trial is its <see cref="TrialOutcome{TResult}.Failure"/>. After a cancellation no further trial begins, and those that run are asked to
    /// save and to end; what they then return is their result, and one that throws is pending.
    /// </remarks>
    /// <typeparam name="TTrial">The trials.</typeparam>
    /// <typeparam name="TResult">The result of a trial.</typeparam>
    /// <param name="trials">The trials.</param>
    /// <param name="atOnce">The most trials at once; at least 1. Models that are trained in this process share torch's threads, so that more of them may be slower.</param>
    /// <param name="observer">Observes the trials; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the sweep. The task then ends as usual.</param>
    /// <returns>The outcome of each trial, in the order of the trials.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atOnce"/> is below 1.</exception>
    public static async Task<IReadOnlyList<TrialOutcome<TResult>>> RunAsync<TTrial, TResult>(
        IReadOnlyList<TTrial> trials, int atOnce, ISweepObserver<TTrial, TResult>? observer = null, CancellationToken cancellationToken = default)
        where TTrial : ITrial<TResult>
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        var outcomes = new TrialOutcome<TResult>[trials.Count];
        Array.Fill(outcomes, new TrialOutcome<TResult>(null, null));
        var turn = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };
        try
        {
            // The index alone is the item: a sweep may have the same trial twice.
            await Parallel.ForEachAsync(Enumerable.Range(0, trials.Count), options, async (index, _) =>
            {
                var outcome = await RunOneAsync(trials[index], turn, observer, cancellationToken).ConfigureAwait(false);
                lock (turn)
                {
                    outcomes[index] = outcome;
                    observer?.OnEnd(trials[index], outcome);
                }
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Trials that were running have saved; the others are pending.
        }

        return outcomes;
    }

    private static async Task<TrialOutcome<TResult>> RunOneAsync<TTrial, TResult>(
        TTrial trial, Lock turn, ISweepObserver<TTrial, TResult>? observer, CancellationToken cancellation)
        where TTrial : ITrial<TResult>
        where TResult : class
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            // The loop over the trials may hear of a cancellation after a trial that it has ended.
            cancellation.ThrowIfCancellationRequested();
            var outcome = await TryAsync(() => Task.FromResult(trial.FindResult()), cancellation).ConfigureAwait(false);
            if (outcome is { IsPending: true })
            {
                Tell(o => o.OnStart(trial));
                outcome = await TryAsync(async () => await trial.RunAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            }

            if (outcome is not null)
                return outcome;
            if (!hasWaited)
                Tell(o => o.OnWait(trial));
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }

        void Tell(Action<ISweepObserver<TTrial, TResult>> what)
        {
            if (observer is null)
                return;
            lock (turn)
                what(observer);
        }
    }

    /// <summary>A step of a trial: its outcome, or <see langword="null"/> while another program is running the trial.</summary>
    private static async Task<TrialOutcome<TResult>?> TryAsync<TResult>(Func<Task<TResult?>> step, CancellationToken cancellation)
        where TResult : class
    {
        try
        {
            return new TrialOutcome<TResult>(await step().ConfigureAwait(false), null);
        }
        catch (TrialBusyException)
        {
            return null;
        }
        catch (Exception e)
        {
            // What a cancellation ended has not failed.
            cancellation.ThrowIfCancellationRequested();
            return new TrialOutcome<TResult>(null, e);
        }
    }
}
