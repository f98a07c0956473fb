using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Output;

/// <summary>One condition of an evaluation as <c>--json</c> has it; all numbers but counts are means per sequence.</summary>
internal sealed record EvaluationResult(string Name, long Sequences, double CostBits, double WrongBits, long PerfectSequences, double BitsPerSequence)
{
    /// <summary>The cost of the best possible predictions of the same sequences, where not everything can be predicted.</summary>
    public double OptimalCostBits { get; private init; }

    public double ExcessCostBits { get; private init; }

    /// <summary>The parts of the target that the task reports apart; their costs and wrong bits add up to those above.</summary>
    public IReadOnlyList<EvaluationGroup> Groups { get; private init; } = [];

    public static EvaluationResult Of(string name, SplitScore score) =>
        new(name, score.Total.Sequences, score.Total.CostBits, score.Total.WrongBits, score.Total.PerfectSequences, score.Total.BitsPerSequence)
        {
            OptimalCostBits = score.Total.OptimalCostBits,
            ExcessCostBits = score.Total.ExcessCostBits,
            Groups = [.. score.Groups.Select(g => EvaluationGroup.Of(g.Name, g.Score))],
        };
}

/// <summary>One group of channels.</summary>
internal sealed record EvaluationGroup(string Name, double CostBits, double WrongBits, long PerfectSequences, double BitsPerSequence)
{
    public static EvaluationGroup Of(string name, SequenceScore score) =>
        new(name, score.CostBits, score.WrongBits, score.PerfectSequences, score.BitsPerSequence);
}
