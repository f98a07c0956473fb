namespace Ntm.Core;

/// <summary>
/// The costs and errors of a set of sequences, such as a batch: sums over the sequences, and means per sequence computed from them. Scores of the
/// same loss can be added; <see langword="default"/> is the score of no sequences.
/// </summary>
/// <remarks>
/// The loss is the trained quantity, in its own unit. The cost is the same quantity in the reported unit: bits for the cross-entropies, the loss itself
/// for the squared error. A step of weight 0 is not part of any of these numbers, whatever its values. The weight of another step multiplies its
/// loss; its wrong targets and its count are not weighted.
/// </remarks>
/// <param name="Loss">The loss.</param>
/// <param name="Sequences">The number of sequences.</param>
/// <param name="LossSum">The sum of their losses: in nats for the cross-entropies, in squared units for the squared error.</param>
/// <param name="WrongSum">The number of wrong targets: bits, symbols or numbers (see <see cref="LossKind"/>).</param>
/// <param name="PerfectSequences">The number of sequences without a wrong target.</param>
/// <param name="CountSum">The number of targets that count, right or wrong.</param>
public readonly record struct SequenceScore(LossKind Loss, long Sequences, double LossSum, long WrongSum, long PerfectSequences, long CountSum)
{
    private readonly bool _hasBadGradient;

    /// <summary>The sum of the costs of the best possible predictions of the same sequences; 0 if everything can be predicted.</summary>
    public double OptimalCostSum { get; init; }

    /// <summary>Whether the loss was computed by a function of the caller in place of <see cref="Loss"/>, which then only determines what is wrong. The cost is
    /// the loss itself, in the function's unit.</summary>
    public bool IsOfFunction { get; init; }

    /// <summary>Whether the loss, and the gradient if one was computed, are free of NaN and infinity.</summary>
    public bool IsFinite
    {
        get => !_hasBadGradient && double.IsFinite(LossSum);
        init => _hasBadGradient = !value;
    }

    /// <summary>The mean loss per sequence, whose gradient is trained.</summary>
    public double MeanLoss => LossSum / Sequences;

    /// <summary>The mean cost per sequence. For the paper's tasks this is the number of bits that the paper plots.</summary>
    public double MeanCost => LossSum / (IsOfFunction ? 1 : ReferenceLoss.Of(Loss).LossPerCost) / Sequences;

    /// <summary>The mean cost per sequence of the best possible predictions of the same sequences.</summary>
    public double MeanOptimalCost => OptimalCostSum / Sequences;

    /// <summary>The mean cost per sequence above that of the best possible predictions of the same sequences.</summary>
    public double MeanExcessCost => MeanCost - MeanOptimalCost;

    /// <summary>The mean number of wrong targets per sequence.</summary>
    public double MeanWrong => (double)WrongSum / Sequences;

    /// <summary>The mean number of targets per sequence that count.</summary>
    public double MeanCount => (double)CountSum / Sequences;

    /// <summary>The share of the targets that count which are right: of bits, symbols or numbers; NaN if no target counts.</summary>
    public double Accuracy => 1 - (double)WrongSum / CountSum;

    /// <summary>The perplexity of the softmax cross-entropy, <c>e</c> to the power of the mean loss per symbol: 1 if every symbol is predicted with certainty,
    /// <c>O</c> for uniform predictions. <see langword="null"/> for other losses.</summary>
    /// <remarks>The loss is weighted and the symbols are not, so the weights of the steps that count must have a mean of 1.</remarks>
    public double? Perplexity => Loss == LossKind.SoftmaxCrossEntropy && !IsOfFunction ? Math.Exp(LossSum / CountSum) : null;

    /// <summary>The mean of the squared error over the numbers that count; <see langword="null"/> for other losses.</summary>
    /// <remarks>The loss is weighted and the numbers are not, so the weights of the steps that count must have a mean of 1.</remarks>
    public double? MeanSquaredError => Loss == LossKind.SquaredError && !IsOfFunction ? LossSum / CountSum : null;

    /// <summary>Returns the score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="ArgumentException">The scores are of different losses.</exception>
    public static SequenceScore operator +(SequenceScore left, SequenceScore right) => Add(left, right);

    /// <summary>Returns the score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="ArgumentException">The scores are of different losses.</exception>
    public static SequenceScore Add(SequenceScore left, SequenceScore right)
    {
        if ((left.Loss, left.IsOfFunction) != (right.Loss, right.IsOfFunction) && left.Sequences != 0 && right.Sequences != 0)
            throw new ArgumentException($"right is a score of the loss {Text(right)}; expected {Text(left)}, like left.", nameof(right));
        return new SequenceScore(
            left.Sequences != 0 ? left.Loss : right.Loss,
            left.Sequences + right.Sequences,
            left.LossSum + right.LossSum,
            left.WrongSum + right.WrongSum,
            left.PerfectSequences + right.PerfectSequences,
            left.CountSum + right.CountSum)
        {
            IsOfFunction = left.IsOfFunction || right.IsOfFunction,
            OptimalCostSum = left.OptimalCostSum + right.OptimalCostSum,
            IsFinite = !left._hasBadGradient && !right._hasBadGradient,
        };
    }

    private static string Text(SequenceScore score) => score.IsOfFunction ? $"function for {score.Loss} targets" : $"{score.Loss}";
}
