namespace Ntm.Training;

/// <summary>A goal in a condition.</summary>
public sealed record EvaluationGoal : MetricGoal
{
    /// <summary>Creates a goal.</summary>
    /// <param name="condition">The condition's name, see <see cref="EvaluationCondition.Name"/>.</param>
    /// <param name="metric">What is measured.</param>
    /// <param name="limit">Its limit.</param>
    /// <exception cref="ArgumentException">The limit is on the wrong side, or is NaN.</exception>
    public EvaluationGoal(string condition, Metric metric, Limit limit)
        : base(metric, limit) => Condition = condition;

    /// <summary>The condition's name, see <see cref="EvaluationCondition.Name"/>.</summary>
    public string Condition { get; }

    /// <summary>The goal in words.</summary>
    public override string ToString() => $"{Condition}: {base.ToString()}";
}
