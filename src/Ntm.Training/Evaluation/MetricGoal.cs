namespace Ntm.Training;

/// <summary>A goal: what a metric has to be.</summary>
public record MetricGoal
{
    /// <summary>Creates a goal.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="limit">Its limit: a lower one (<see cref="Limit.AtLeast"/>) if higher is better, an upper one if lower is better.</param>
    /// <exception cref="ArgumentException">The limit is on the wrong side, or is NaN.</exception>
    public MetricGoal(Metric metric, Limit limit)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (double.IsNaN(limit.Value) || limit.IsLower != metric.HigherIsBetter)
        {
            throw new ArgumentException(
                $"limit is {(limit == Limit.Zero ? "at most " : "")}{limit}; expected {(metric.HigherIsBetter ? "a lower" : "an upper")} limit of '{metric.Name}', of which {(metric.HigherIsBetter ? "higher" : "lower")} is better.",
                nameof(limit));
        }

        (Metric, Limit) = (metric, limit);
    }

    /// <summary>The metric.</summary>
    public Metric Metric { get; }

    /// <summary>Its limit.</summary>
    public Limit Limit { get; }

    /// <summary>Whether a result reaches the goal. NaN does not.</summary>
    /// <param name="result">The result.</param>
    /// <exception cref="InvalidOperationException">The result does not have the metric.</exception>
    public bool IsReachedBy(EvaluationResult result) => Limit.IsKeptBy(Metric.Of(result));

    /// <summary>The goal in words, such as <c>accuracy at least 0.99</c>.</summary>
    public override string ToString() => $"{Metric.Name} {Limit}";
}
