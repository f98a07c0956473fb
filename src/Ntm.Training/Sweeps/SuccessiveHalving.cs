namespace Ntm.Training;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016): all candidates with a small budget, the best share of them with a larger one, until the last rung has
/// the whole budget. Each rung runs its trials from their start, so that each result is that of a plain run with that budget, learning-rate schedule
/// included.
/// </summary>
public sealed class SuccessiveHalving
{
    /// <summary>Creates the rungs.</summary>
    /// <param name="least">The budget of the first rung; at least 1.</param>
    /// <param name="most">The budget of the last rung; at least <paramref name="least"/>.</param>
    /// <param name="factor">How many times as much each rung has as the one before, and the share of candidates that it keeps: one in so many; at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public SuccessiveHalving(long least, long most, int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(least, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, least);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 2);
        List<long> budgets = [];
        // By division: the product may be larger than a number can be.
        for (var budget = least; ; budget *= factor)
        {
            budgets.Add(budget);
            if (budget > (most - 1) / factor)
                break;
        }

        if (budgets[^1] < most)
            budgets.Add(most);
        (Budgets, Factor) = (budgets, factor);
    }

    /// <summary>The budget of each rung, rising.</summary>
    public IReadOnlyList<long> Budgets { get; }

    /// <summary>How many times as much each rung has as the one before.</summary>
    public int Factor { get; }

    /// <summary>The number of candidates in a rung: one in <see cref="Factor"/> of the rung before, rounded up.</summary>
    /// <param name="candidates">The candidates in the first rung; at least 0.</param>
    /// <param name="rung">The rung, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or there is no such rung.</exception>
    public int Candidates(int candidates, int rung)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(candidates);
        ArgumentOutOfRangeException.ThrowIfNegative(rung);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rung, Budgets.Count);
        var left = candidates;
        for (var i = 0; i < rung; i++)
            left = (int)((left + (long)Factor - 1) / Factor);
        return left;
    }

    /// <summary>The candidates with the lowest scores.</summary>
    /// <typeparam name="TScore">The scores.</typeparam>
    /// <param name="scores">The candidates' scores, of which lower is better; <see langword="null"/> or NaN for a candidate that has none, because it failed:
    /// it is never chosen.</param>
    /// <param name="count">How many are chosen, at most.</param>
    /// <returns>Their numbers, rising. Of equal scores the first ones are chosen.</returns>
    public static IReadOnlyList<int> Best<TScore>(IReadOnlyList<TScore?> scores, int count)
        where TScore : struct, IComparable<TScore>
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. Enumerable.Range(0, scores.Count).Where(i => scores[i] is { } score && score is not double.NaN).OrderBy(i => scores[i]!.Value).Take(count).Order()];
    }

    /// <summary>Runs candidates through the rungs.</summary>
    /// <typeparam name="TCandidate">The candidates.</typeparam>
    /// <typeparam name="TTrial">The trials.</typeparam>
    /// <typeparam name="TResult">The result of a trial.</typeparam>
    /// <param name="candidates">The candidates.</param>
    /// <param name="trialOf">The trial of a candidate with a budget.</param>
    /// <param name="scoreOf">The score of a result; lower is better, NaN is never chosen.</param>
    /// <param name="options">How trials are run. A rung waits for those of other programs, whatever the options.</param>
    /// <param name="observer">Observes the trials; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the sweep. The task then ends as usual, with the rungs so far.</param>
    /// <returns>For each rung that began, the candidates in it and their outcomes.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<(TCandidate Candidate, TrialOutcome<TResult> Outcome)>>> RunAsync<TCandidate, TTrial, TResult>(
        IReadOnlyList<TCandidate> candidates,
        Func<TCandidate, long, TTrial> trialOf,
        Func<TResult, double> scoreOf,
        SweepOptions? options = null,
        ISweepObserver<TTrial, TResult>? observer = null,
        CancellationToken cancellationToken = default)
        where TTrial : ITrial<TResult>
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(trialOf);
        ArgumentNullException.ThrowIfNull(scoreOf);
        var waiting = new SweepOptions { AtOnce = options?.AtOnce ?? 1, Shard = options?.Shard ?? Shard.Whole };
        List<IReadOnlyList<(TCandidate, TrialOutcome<TResult>)>> rungs = [];
        var left = candidates;
        for (var rung = 0; rung < Budgets.Count && left.Count > 0; rung++)
        {
            TTrial[] trials = [.. left.Select(candidate => trialOf(candidate, Budgets[rung]))];
            var outcomes = await SweepRunner.RunShardAsync(trials, waiting, observer, cancellationToken).ConfigureAwait(false);
            rungs.Add([.. left.Zip(outcomes)]);
            if (rung + 1 == Budgets.Count || cancellationToken.IsCancellationRequested)
                break;
            var best = Best([.. outcomes.Select(o => o.Result is { } result ? scoreOf(result) : (double?)null)], Candidates(candidates.Count, rung + 1));
            left = [.. best.Select(i => left[i])];
        }

        return rungs;
    }
}
