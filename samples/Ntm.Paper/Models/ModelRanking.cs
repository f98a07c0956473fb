using Ntm.Paper.Catalog;

namespace Ntm.Paper.Models;

/// <summary>
/// Orders the models of a task: the better one reaches more of the task's goals; of two that reach as many, the one whose numbers are lower in relation to
/// the goals. It uses held-out sequences that are not reported.
/// </summary>
internal sealed class ModelRanking(TaskEntry task) : IComparer<ModelCard>
{
    public int Compare(ModelCard? x, ModelCard? y) => Rank(x!).CompareTo(Rank(y!));

    private (int Missed, double Sum) Rank(ModelCard card)
    {
        var (missed, sum) = (0, 0.0);
        foreach (var comparison in task.Comparisons)
        {
            if (comparison.Goal is not { } goal || card.Selection.FirstOrDefault(r => r.Name == comparison.Condition) is not { } result)
                continue;
            var value = comparison.Measure.Of(result);
            if (!goal.IsKeptBy(value))
                missed++;
            sum += value / Math.Max(goal.Value, 1);
        }

        return (missed, sum);
    }
}
