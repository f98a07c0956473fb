namespace Ntm.Core;

/// <summary>
/// What sequences cost and got wrong, of a batch or of many: sums over the sequences, and means per sequence computed from them. Scores of the
/// same loss add up; <see langword="default"/> is the score of no sequences.
/// </summary>
/// <remarks>
/// The loss is what is trained, in its own unit; the cost is the same in the unit that is reported: bits for the cross-entropies, the loss itself
/// for the squared error. A step of weight 0 has no part in any of these numbers, whatever it holds. The weight of another step is a factor of its
/// loss; what is wrong in it, and what it counts as, are not weighted.
/// </remarks>
/// <param name="Loss">The loss.</param>
/// <param name="Sequences">Sequences.</param>
/// <param name="LossSum">Their summed loss: in nats for the cross-entropies, in squared units for the squared error.</param>
/// <param name="WrongSum">Their wrong targets: bits, symbols or numbers (see <see cref="LossKind"/>).</param>
/// <param name="PerfectSequences">Sequences of which no target is wrong.</param>
/// <param name="CountSum">Their targets that count, right or wrong.</param>
public readonly record struct SequenceScore(LossKind Loss, long Sequences, double LossSum, long WrongSum, long PerfectSequences, long CountSum)
{
    private readonly bool _hasBadGradient;

    /// <summary>The summed cost of the best possible predictions of the same sequences; 0 where all can be predicted.</summary>
    public double OptimalCostSum { get; init; }

    /// <summary>Whether the loss, and the gradient if one was computed, are free of NaN and infinity.</summary>
    public bool IsFinite
    {
        get => !_hasBadGradient && double.IsFinite(LossSum);
        init => _hasBadGradient = !value;
    }

    /// <summary>Mean loss per sequence: what a gradient is the gradient of.</summary>
    public double MeanLoss => LossSum / Sequences;

    /// <summary>Mean cost per sequence. In bits, for the paper's tasks what the paper plots.</summary>
    public double MeanCost => LossSum / ReferenceLoss.Of(Loss).LossPerCost / Sequences;

    /// <summary>Mean cost per sequence of the best possible predictions of the same sequences.</summary>
    public double MeanOptimalCost => OptimalCostSum / Sequences;

    /// <summary>Mean cost per sequence above that of the best possible predictions of the same sequences.</summary>
    public double MeanExcessCost => MeanCost - MeanOptimalCost;

    /// <summary>Mean number of wrong targets per sequence.</summary>
    public double MeanWrong => (double)WrongSum / Sequences;

    /// <summary>Mean number of targets per sequence that count.</summary>
    public double MeanCount => (double)CountSum / Sequences;

    /// <summary>The score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="ArgumentException">They are of different losses.</exception>
    public static SequenceScore operator +(SequenceScore left, SequenceScore right) => Add(left, right);

    /// <summary>The score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="ArgumentException">They are of different losses.</exception>
    public static SequenceScore Add(SequenceScore left, SequenceScore right)
    {
        if (left.Loss != right.Loss && left.Sequences != 0 && right.Sequences != 0)
            throw new ArgumentException($"right is a score of the loss {right.Loss}; expected {left.Loss}, as left.", nameof(right));
        return new SequenceScore(
            left.Sequences != 0 ? left.Loss : right.Loss,
            left.Sequences + right.Sequences,
            left.LossSum + right.LossSum,
            left.WrongSum + right.WrongSum,
            left.PerfectSequences + right.PerfectSequences,
            left.CountSum + right.CountSum)
        {
            OptimalCostSum = left.OptimalCostSum + right.OptimalCostSum,
            IsFinite = !left._hasBadGradient && !right._hasBadGradient,
        };
    }
}
