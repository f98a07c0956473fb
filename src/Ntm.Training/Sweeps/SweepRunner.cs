namespace Ntm.Training;

/// <summary>Runs several trials, some at once. One that fails does not end the others.</summary>
public static class SweepRunner
{
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
    public static Task<IReadOnlyList<TrialOutcome<TResult>>> RunAsync<TTrial, TResult>(
        IReadOnlyList<TTrial> trials, int atOnce, ISweepObserver<TTrial, TResult>? observer = null, CancellationToken cancellationToken = default)
        where TTrial : ITrial<TResult>
        where TResult : class
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atOnce, 1);
        return RunShardAsync(trials, new SweepOptions { AtOnce = atOnce }, observer, cancellationToken);
    }

    /// <summary>Runs trials, as far as there is room: the shard's own share first, then what the others have left. Those that have their results are not run
    /// again, and one that another program is running is left until there is nothing else to do.</summary>
    /// <remarks>
    /// An exception of a trial is its <see cref="TrialOutcome{TResult}.Failure"/>. After a cancellation no further trial begins, and those that run are asked to
    /// save and to end; what they then return is their result, and one that throws is pending.
    /// </remarks>
    /// <typeparam name="TTrial">The trials.</typeparam>
    /// <typeparam name="TResult">The result of a trial.</typeparam>
    /// <param name="trials">The trials, in the same order in every shard.</param>
    /// <param name="options">How they are run.</param>
    /// <param name="observer">Observes the trials; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the sweep. The task then ends as usual.</param>
    /// <returns>The outcome of each trial, in the order of the trials.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SweepOptions.AtOnce"/> is below 1.</exception>
    public static async Task<IReadOnlyList<TrialOutcome<TResult>>> RunShardAsync<TTrial, TResult>(
        IReadOnlyList<TTrial> trials, SweepOptions options, ISweepObserver<TTrial, TResult>? observer = null, CancellationToken cancellationToken = default)
        where TTrial : ITrial<TResult>
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AtOnce, 1, nameof(options));
        ArgumentNullException.ThrowIfNull(options.Shard, nameof(options));
        var run = new SweepRun<TTrial, TResult>(trials, options, observer, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.AtOnce, trials.Count)).Select(_ => Task.Run(run.WorkAsync, CancellationToken.None))).ConfigureAwait(false);
        return run.Outcomes;
    }
}
