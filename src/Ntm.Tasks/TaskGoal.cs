using Ntm.Core;

namespace Ntm.Tasks;

/// <summary>When a task counts as solved: both means, per sequence, at or below these.</summary>
/// <remarks>
/// Both are sums over all targets of a sequence that count, so that the same model error costs more in wider or longer sequences. The goals of the
/// paper's tasks are given for their default sizes and grow in proportion to the bits that count in a mean sequence: copy at 32 bits instead of 8
/// may cost 0.04 bits instead of 0.01.
/// </remarks>
/// <param name="MeanExcessCost">The largest mean cost per sequence above the optimum on the same sequences: in bits for the cross-entropies, in squared
/// units for the squared error.</param>
/// <param name="MeanWrong">The largest mean number of wrong targets per sequence; infinite where only the cost counts.</param>
public sealed record TaskGoal(double MeanExcessCost, double MeanWrong)
{
    /// <summary>Whether a score reaches the goal.</summary>
    /// <param name="score">The score of held-out sequences.</param>
    public bool IsReachedBy(SequenceScore score) => score.MeanExcessCost <= MeanExcessCost && score.MeanWrong <= MeanWrong;

    /// <summary>Nothing wrong, and a cost of 0.01 per sequence, or in proportion more for more bits.</summary>
    /// <param name="bits">Bits that count in a mean sequence.</param>
    /// <param name="defaultBits">Those at the default sizes; for fewer the goal stays what it is for these.</param>
    internal static TaskGoal Exact(double bits, double defaultBits) => new(0.01 * Math.Max(1, bits / defaultBits), MeanWrong: 0);

    /// <summary>A cost in proportion to the bits, whatever the wrong ones: for tasks that are not learned without error.</summary>
    /// <param name="costBits">The cost at the default sizes.</param>
    /// <param name="bits">Bits that count in a mean sequence.</param>
    /// <param name="defaultBits">Those at the default sizes.</param>
    internal static TaskGoal Cost(double costBits, double bits, double defaultBits) => new(costBits * (bits / defaultBits), double.PositiveInfinity);
}
