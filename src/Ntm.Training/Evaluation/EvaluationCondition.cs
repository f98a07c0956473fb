using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>A condition that models are measured in: a task drawn in some range, in or beyond the training range, and which of its held-out sequences.</summary>
/// <param name="Name">Its name in tables and goals, such as <c>length 50</c>.</param>
/// <param name="Task">Where its sequences come from; its sizes must be the model's.</param>
public sealed record EvaluationCondition(string Name, SequenceTask Task)
{
    /// <summary>Held-out sequences; at least 1.</summary>
    /// <value>The default value is 1,000.</value>
    public int Sequences { get; init; } = 1_000;

    /// <summary>Seed of the held-out sequences, which training never sees.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>Sequences computed together, which changes nothing but the speed and the memory needed; at least 1.</summary>
    /// <value>The default value is 100.</value>
    public int BatchSize { get; init; } = 100;

    /// <summary>Metrics whose values the result has by name; each of another name.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];
}
