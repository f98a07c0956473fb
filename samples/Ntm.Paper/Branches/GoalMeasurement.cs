using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Branches;

/// <summary>Measures models by the goals of their task, on held-out sequences that no report shows.</summary>
internal sealed class GoalMeasurement
{
    private readonly TaskEntry _task;
    private readonly IReadOnlyList<EvaluationCondition> _conditions;

    /// <param name="settings">The settings of the training.</param>
    /// <exception cref="UsageException">The training range is not the one that the goals are stated for.</exception>
    public GoalMeasurement(TrainSettings settings)
    {
        _task = TaskCatalog.Find(settings.Task);
        _conditions = _task.Conditions(settings, new EvaluationRequest());
        // The first condition is the training range.
        if (!_task.Comparisons.Any(c => c.Goal is not null && c.Condition == _conditions[0].Name))
            throw new UsageException($"--generations is {settings.Generations} and --settle-sequences {settings.SettleSequences}, and the training range is '{_conditions[0].Name}'; expected the paper's, for which the goals are stated, or 0 for both.");
        _conditions = [.. _conditions.Where(condition => _task.Comparisons.Any(c => c.Goal is not null && c.Condition == condition.Name))];
    }

    /// <param name="model">The model.</param>
    /// <param name="sequences">Held-out sequences of each condition.</param>
    /// <param name="seed">Their seed.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public BranchScore Of(ISequenceModel model, int sequences, int seed, CancellationToken cancellation) =>
        BranchScore.Of(_task, ModelEvaluation.Run(model, _conditions, sequences, seed, _ => { }, cancellation));
}
