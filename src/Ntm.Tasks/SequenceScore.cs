namespace Ntm.Tasks;

/// <summary>Cost and errors summed over sequences; scores add up.</summary>
/// <param name="Sequences">Sequences counted.</param>
/// <param name="Nats">Their summed cross-entropy, in nats.</param>
/// <param name="WrongBitSum">Their summed wrong bits after thresholding at 0.5.</param>
/// <param name="PerfectSequences">Sequences without a wrong bit.</param>
/// <param name="Bits">The target bits that counted.</param>
public readonly record struct SequenceScore(long Sequences, double Nats, double WrongBitSum, long PerfectSequences, double Bits)
{
    /// <summary>The summed cost, in bits, of the best possible predictions of the same sequences; 0 where all can be predicted.</summary>
    public double OptimalBitSum { get; init; }

    /// <summary>Mean cost of the best possible predictions of the same sequences, in bits per sequence.</summary>
    public double OptimalCostBits => OptimalBitSum / Sequences;

    /// <summary>Mean cross-entropy per sequence, in bits: what the paper plots.</summary>
    public double CostBits => Nats / Math.Log(2) / Sequences;

    /// <summary>Mean cost above that of the best possible predictions of the same sequences, in bits per sequence.</summary>
    public double ExcessCostBits => CostBits - OptimalCostBits;

    /// <summary>Mean number of wrong bits per sequence.</summary>
    public double WrongBits => WrongBitSum / Sequences;

    /// <summary>Mean number of target bits per sequence that counted.</summary>
    public double BitsPerSequence => Bits / Sequences;

    /// <summary>The score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    public static SequenceScore operator +(SequenceScore left, SequenceScore right) => Add(left, right);

    /// <summary>The score of two sets of sequences together.</summary>
    /// <param name="left">One set.</param>
    /// <param name="right">The other.</param>
    public static SequenceScore Add(SequenceScore left, SequenceScore right) => new(
        left.Sequences + right.Sequences,
        left.Nats + right.Nats,
        left.WrongBitSum + right.WrongBitSum,
        left.PerfectSequences + right.PerfectSequences,
        left.Bits + right.Bits)
    {
        OptimalBitSum = left.OptimalBitSum + right.OptimalBitSum,
    };
}
