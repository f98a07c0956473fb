namespace Ntm.Training;

/// <summary>How the trials of a sweep ended.</summary>
/// <param name="Solved">Trials that solved the task, of all that were measured and all that failed: a failed trial has not solved it.</param>
/// <param name="Measured">Trials with a result that was measured.</param>
/// <param name="Failed">Trials that failed.</param>
/// <param name="Unmeasured">Trials that have not ended, or were interrupted before they were measured.</param>
public sealed record SweepSummary(Proportion Solved, int Measured, int Failed, int Unmeasured)
{
    /// <summary>The summary of a sweep.</summary>
    /// <typeparam name="TResult">What a trial gives.</typeparam>
    /// <param name="outcomes">What became of the trials.</param>
    /// <param name="isSolved">Whether a result solves the task; <see langword="null"/> if it was not measured.</param>
    public static SweepSummary Of<TResult>(IEnumerable<TrialOutcome<TResult>> outcomes, Func<TResult, bool?> isSolved)
        where TResult : class
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(isSolved);
        var (solved, measured, failed, unmeasured) = (0, 0, 0, 0);
        foreach (var outcome in outcomes)
        {
            var isTrialSolved = outcome.Result is { } result ? isSolved(result) : null;
            solved += isTrialSolved == true ? 1 : 0;
            measured += isTrialSolved is null ? 0 : 1;
            failed += outcome.Failure is null ? 0 : 1;
            unmeasured += isTrialSolved is null && outcome.Failure is null ? 1 : 0;
        }

        return new SweepSummary(new Proportion(solved, measured + failed), measured, failed, unmeasured);
    }
}
