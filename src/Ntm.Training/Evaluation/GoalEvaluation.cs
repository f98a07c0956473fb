using Ntm.Core;

namespace Ntm.Training;

/// <summary>Measures models by goals. <see cref="Measure"/> is what a <see cref="BranchSearch"/> asks for.</summary>
public sealed class GoalEvaluation
{
    private readonly IReadOnlyList<EvaluationCondition> _conditions;
    private readonly IReadOnlyList<EvaluationGoal> _goals;

    /// <summary>Makes an evaluation.</summary>
    /// <param name="conditions">The conditions, each of another name. All are measured: one without a goal adds its cost to the distance.</param>
    /// <param name="goals">The goals; at least one.</param>
    /// <exception cref="ArgumentException">There is no goal, two conditions have one name, a goal is of a condition that there is not, or two
    /// metrics of a condition have one name.</exception>
    public GoalEvaluation(IEnumerable<EvaluationCondition> conditions, IEnumerable<EvaluationGoal> goals)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(goals);
        (_conditions, _goals) = ([.. conditions], [.. goals]);
        if (_goals.Count == 0)
            throw new ArgumentException("There is no goal; expected at least one.", nameof(goals));
        if (_conditions.GroupBy(c => c.Name).FirstOrDefault(g => g.Count() > 1) is { } same)
            throw new ArgumentException($"{same.Count()} conditions have the name '{same.Key}'; expected another for each.", nameof(conditions));
        if (_goals.FirstOrDefault(goal => _conditions.All(c => c.Name != goal.Condition)) is { } foreign)
            throw new ArgumentException($"A goal is of the condition '{foreign.Condition}'; expected one of {string.Join(", ", _conditions.Select(c => $"'{c.Name}'"))}.", nameof(goals));
        _conditions = [.. _conditions.Select(c => c with
        {
            Metrics = c.Metrics.With(_goals.Where(g => g.Condition == c.Name).Select(g => g.Metric), $"A goal of the condition '{c.Name}'"),
        })];
    }

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequences">Held-out sequences of each condition, instead of <see cref="EvaluationCondition.Sequences"/>; at least 1.</param>
    /// <param name="seed">Their seed, instead of <see cref="EvaluationCondition.Seed"/>.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A task's sizes are not the model's, or <paramref name="sequences"/> is below 1.</exception>
    public GoalScore Measure(ISequenceModel model, int sequences, int seed, CancellationToken cancellationToken = default) => GoalScore.Of(
        _goals, Evaluator.EvaluateConditions(model, [.. _conditions.Select(c => c with { Sequences = sequences, Seed = seed })], cancellationToken: cancellationToken));
}
