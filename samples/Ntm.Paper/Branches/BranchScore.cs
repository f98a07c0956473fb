using Ntm.Paper.Catalog;

namespace Ntm.Paper.Branches;

/// <summary>How good a model is at its task, in and beyond the training range, as measured; what is smaller is better.</summary>
/// <param name="MissedGoals">Goals of the task that it misses.</param>
/// <param name="Distance">
/// What has a goal, such as wrong bits, and the cost in bits above the optimum in every condition, as square roots added up, so that the worst
/// does not outweigh all others. Wrong bits are what counts; that one is about to fall to the other side, only the cost tells.
/// </param>
internal readonly record struct BranchScore(int MissedGoals, double Distance)
{
    /// <summary>The weight of what has a goal.</summary>
    private const double GoalWeight = 2;

    /// <param name="task">The task.</param>
    /// <param name="results">What the model was measured at.</param>
    public static BranchScore Of(TaskEntry task, IReadOnlyList<EvaluationResult> results)
    {
        var (missed, distance) = (0, results.Sum(r => Root(r.ExcessCostBits)));
        foreach (var comparison in task.Comparisons)
        {
            if (comparison.Goal is not { } goal || results.FirstOrDefault(r => r.Name == comparison.Condition) is not { } result)
                continue;
            var value = comparison.Measure.Of(result);
            missed += goal.IsKeptBy(value) ? 0 : 1;
            distance += GoalWeight * Root(value);
        }

        // Files of JSON know nothing beyond.
        return new BranchScore(missed, double.IsFinite(distance) ? distance : double.MaxValue);

        // An optimum is the best on average: on few sequences a model may be below it.
        static double Root(double value) => Math.Sqrt(Math.Max(0, value));
    }
}
