using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>A number that the paper or the public models have been measured by, and ours are.</summary>
/// <param name="Condition">The <see cref="TaskCondition"/> by its name.</param>
/// <param name="Measure">What is compared.</param>
/// <param name="Goal">What it has to be, if there is a goal.</param>
/// <param name="Paper">What the paper reports, in words; costs are read off its figures and approximate.</param>
/// <param name="PublicModels">What the models of the best-known public PyTorch implementation give, in words.</param>
internal sealed record Comparison(string Condition, Metric Measure, Limit? Goal, string Paper, string PublicModels)
{
    /// <summary>The goal, if there is one.</summary>
    public EvaluationGoal? ToGoal() => Goal is { } limit ? new EvaluationGoal(Condition, Measure, limit) : null;
}

/// <summary>The measures of the paper's tasks, in bits.</summary>
internal static class BitMeasure
{
    public static Metric Cost { get; } = Metric.Cost with { Name = "cost, bits" };

    /// <summary>How far above the best possible predictions of the same sequences.</summary>
    public static Metric ExcessCost { get; } = Metric.ExcessCost with { Name = "cost above the optimum, bits" };

    public static Metric WrongBits { get; } = Metric.Wrong with { Name = "wrong bits" };

    /// <summary>The wrong bits of one of the task's channel groups.</summary>
    public static Metric WrongBitsIn(string group) => Metric.WrongIn(group) with { Name = $"wrong bits in the {group}" };
}
