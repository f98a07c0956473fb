using Ntm.Core;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Measures a model in one condition after the other.</summary>
internal static class ModelEvaluation
{
    /// <summary>Sequences computed together, unless they are long.</summary>
    private const int BatchSize = 100;

    /// <summary>The most steps of sequences computed together: more take gigabytes, and are not faster.</summary>
    private const long MostSteps = 2_000_000;

    /// <param name="model">The model.</param>
    /// <param name="conditions">What to measure.</param>
    /// <param name="sequences">Held-out sequences of each condition.</param>
    /// <param name="seed">Their seed.</param>
    /// <param name="begins">Is told the name of each condition before it is measured.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public static IReadOnlyList<EvaluationResult> Run(
        ISequenceModel model, IReadOnlyList<EvaluationCondition> conditions, int sequences, int seed, Action<string> begins, CancellationToken cancellation)
    {
        return [.. conditions.Select(Measured)];

        EvaluationResult Measured(EvaluationCondition condition)
        {
            begins(condition.Name);
            var together = (int)Math.Clamp(MostSteps / condition.Steps, 1, BatchSize);
            return EvaluationResult.Of(condition.Name, Evaluator.EvaluateGroups(model, condition.Task, sequences, seed, together, cancellation));
        }
    }
}
