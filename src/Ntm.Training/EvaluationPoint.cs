using Ntm.Core;

namespace Ntm.Training;

/// <summary>An evaluation during a training.</summary>
/// <param name="Sequences">The number of sequences trained on before it.</param>
/// <param name="Score">The cost and errors on held-out sequences.</param>
public sealed record EvaluationPoint(long Sequences, SequenceScore Score)
{
    /// <summary>The values of the training's metrics by name (<see cref="TrainingOptions.Metrics"/>), in their order.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = MetricValues.None;
}
