using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>The goal at which a task counts as solved: both means per sequence are at or below these values.</summary>
/// <remarks>
/// Both are sums over all targets of a sequence that count, so the same model error costs more in wider or longer sequences. The goals of the
/// paper's tasks are defined for their default sizes and grow in proportion to the bits that count in a mean sequence: copy at 32 bits instead of 8
/// may cost 0.04 bits instead of 0.01.
/// </remarks>
/// <param name="MeanExcessCost">The maximum mean cost per sequence above the optimum on the same sequences: in bits for the cross-entropies, in squared
/// units for the squared error.</param>
/// <param name="MeanWrong">The maximum mean number of wrong targets per sequence; infinite if only the cost counts.</param>
public sealed record TaskGoal(double MeanExcessCost, double MeanWrong)
{
    /// <summary>Tells whether a score reaches the goal.</summary>
    /// <param name="score">The score of held-out sequences.</param>
    public bool IsReachedBy(SequenceScore score) => score.MeanExcessCost <= MeanExcessCost && score.MeanWrong <= MeanWrong;

    /// <summary>Returns a goal of nothing wrong, and a cost of 0.01 per sequence, or proportionally more for more bits.</summary>
    /// <param name="bits">The number of bits that count in a mean sequence.</param>
    /// <param name="defaultBits">The number at the default sizes; with fewer bits the goal stays the same.</param>
    internal static TaskGoal Exact(double bits, double defaultBits) => new(0.01 * Math.Max(1, bits / defaultBits), MeanWrong: 0);

    /// <summary>Returns a goal of a cost in proportion to the bits, for any number of wrong bits: for tasks that are not learned without error.</summary>
    /// <param name="costBits">The cost at the default sizes.</param>
    /// <param name="bits">The number of bits that count in a mean sequence.</param>
    /// <param name="defaultBits">The number at the default sizes.</param>
    internal static TaskGoal Cost(double costBits, double bits, double defaultBits) => new(costBits * (bits / defaultBits), double.PositiveInfinity);
}
