using Ntm.Core;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>One condition of an evaluation, as it is shown and saved; all numbers but counts are means per sequence.</summary>
/// <param name="Name">The condition's name.</param>
/// <param name="Sequences">Held-out sequences that were measured.</param>
/// <param name="CostBits">The cross-entropy.</param>
/// <param name="WrongBits">Wrong bits after thresholding at 0.5.</param>
/// <param name="PerfectSequences">Sequences without a wrong bit.</param>
/// <param name="BitsPerSequence">Bits that count.</param>
/// <param name="OptimalCostBits">The cost of the best possible predictions of the same sequences, where not everything can be predicted.</param>
/// <param name="ExcessCostBits">The cost above that.</param>
/// <param name="Groups">The parts of the target that the task reports apart; their costs and wrong bits add up to those above.</param>
internal sealed record EvaluationResult(
    string Name, long Sequences, double CostBits, double WrongBits, long PerfectSequences, double BitsPerSequence, double OptimalCostBits, double ExcessCostBits,
    IReadOnlyList<EvaluationGroup> Groups)
{
    public static EvaluationResult Of(string name, SplitScore score)
    {
        var total = score.Total;
        return new EvaluationResult(
            name, total.Sequences, total.MeanCost, total.MeanWrong, total.PerfectSequences, total.MeanCount, total.MeanOptimalCost, total.MeanExcessCost,
            [.. score.Groups.Select(g => EvaluationGroup.Of(g.Name, g.Score))]);
    }
}

/// <summary>One group of channels.</summary>
internal sealed record EvaluationGroup(string Name, double CostBits, double WrongBits, long PerfectSequences, double BitsPerSequence)
{
    public static EvaluationGroup Of(string name, SequenceScore score) =>
        new(name, score.MeanCost, score.MeanWrong, score.PerfectSequences, score.MeanCount);
}
