namespace Ntm.Training;

/// <summary>How far a model is from several goals; lower is better.</summary>
/// <param name="MissedGoals">Goals that it misses.</param>
/// <param name="Distance">
/// The sum over all goals of twice the square root of the metric, and over all conditions of the square root of the excess cost. Of a metric of which higher is
/// better, the square root is of what is missing to its limit. Square roots keep the worst condition from outweighing the others. Metrics such as wrong
/// targets are what matters; only the cost shows that one is about to change. A sum that is not finite is <see cref="double.MaxValue"/>.
/// </param>
public readonly record struct GoalScore(int MissedGoals, double Distance)
{
    /// <summary>The weight of a metric that has a goal.</summary>
    private const double GoalWeight = 2;

    /// <summary>All goals reached, or else the smaller distance: the number of missed goals is mostly luck on few sequences.</summary>
    internal (bool, double) Rank => (MissedGoals > 0, Distance);

    /// <summary>Whether this score is better: it reaches all goals and the other does not, or its distance is smaller.</summary>
    /// <param name="other">The other score.</param>
    public bool IsBetterThan(GoalScore other) => Rank.CompareTo(other.Rank) < 0;

    /// <summary>The score of results.</summary>
    /// <param name="goals">The goals. One whose condition has no result does not count.</param>
    /// <param name="results">What the model was measured at.</param>
    public static GoalScore Of(IReadOnlyList<EvaluationGoal> goals, IReadOnlyList<EvaluationResult> results)
    {
        ArgumentNullException.ThrowIfNull(goals);
        ArgumentNullException.ThrowIfNull(results);
        var (missed, distance) = (0, results.Sum(r => Root(r.MeanExcessCost)));
        foreach (var goal in goals)
        {
            if (results.FirstOrDefault(r => r.Name == goal.Condition) is not { } result)
                continue;
            var value = goal.Metric.Of(result);
            missed += goal.Limit.IsKeptBy(value) ? 0 : 1;
            distance += GoalWeight * Root(goal.Limit.IsLower ? goal.Limit.Value - value : value);
        }

        // JSON has no other numbers.
        return new GoalScore(missed, double.IsFinite(distance) ? distance : double.MaxValue);

        // An optimum is the best on average: on few sequences a model may be below it.
        static double Root(double value) => Math.Sqrt(Math.Max(0, value));
    }
}
