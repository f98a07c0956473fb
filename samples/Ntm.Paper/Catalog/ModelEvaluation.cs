using Ntm.Core;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Measures a model in one condition after the other.</summary>
internal static class ModelEvaluation
{
    /// <param name="model">The model.</param>
    /// <param name="conditions">What to measure.</param>
    /// <param name="sequences">Held-out sequences of each condition.</param>
    /// <param name="seed">Their seed.</param>
    /// <param name="begins">Is told the name of each condition before it is measured.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<EvaluationResult> Run(
        ISequenceModel model, IReadOnlyList<TaskCondition> conditions, int sequences, int seed, Action<string> begins, CancellationToken cancellation) =>
        Evaluator.EvaluateConditions(
            model, [.. conditions.Select(c => c.ToCondition() with { Sequences = sequences, Seed = seed })], condition => begins(condition.Name), cancellation);
}
