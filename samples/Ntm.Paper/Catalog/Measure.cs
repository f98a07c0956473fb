namespace Ntm.Paper.Catalog;

/// <summary>A number of a result that is compared with others' and with a goal: a mean per sequence, of which lower is better.</summary>
/// <param name="Name">What it is called in tables, with its unit.</param>
/// <param name="Of">Takes it from a result.</param>
internal sealed record Measure(string Name, Func<EvaluationResult, double> Of)
{
    public static Measure Cost { get; } = new("cost, bits", result => result.CostBits);

    /// <summary>How far above the best possible predictions of the same sequences.</summary>
    public static Measure ExcessCost { get; } = new("cost above the optimum, bits", result => result.ExcessCostBits);

    public static Measure WrongBits { get; } = new("wrong bits", result => result.WrongBits);

    /// <summary>The wrong bits of one of the task's channel groups.</summary>
    public static Measure WrongBitsIn(string group) =>
        new($"wrong bits in the {group}", result => result.Groups.Single(g => g.Name == group).WrongBits);
}
