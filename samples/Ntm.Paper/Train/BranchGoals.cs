using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>The goals that a search follows: those of the paper's conditions.</summary>
internal static class BranchGoals
{
    /// <param name="settings">The settings of the training.</param>
    /// <exception cref="UsageException">The training range is not the one that the goals are stated for.</exception>
    public static GoalEvaluation Of(TrainSettings settings)
    {
        var task = TaskCatalog.Find(settings.Task);
        var conditions = task.Conditions(settings, new EvaluationRequest());
        EvaluationGoal[] goals = [.. task.Comparisons.Select(c => c.ToGoal()).OfType<EvaluationGoal>()];
        // The first condition is the training range.
        if (!goals.Any(goal => goal.Condition == conditions[0].Name))
            throw new UsageException($"--generations is {settings.Generations} and --settle-sequences {settings.SettleSequences}, and the training range is '{conditions[0].Name}'; expected the paper's, for which the goals are stated, or 0 for both.");
        return new GoalEvaluation(conditions.Where(c => goals.Any(goal => goal.Condition == c.Name)).Select(c => c.ToCondition()), goals);
    }
}
