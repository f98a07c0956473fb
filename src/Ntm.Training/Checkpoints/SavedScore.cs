using Ntm.Core;

namespace Ntm.Training.Checkpoints;

/// <summary>The sums of a <see cref="SequenceScore"/> as a checkpoint holds them: by these names as JSON, in this order as a row.</summary>
/// <param name="Sequences">Sequences.</param>
/// <param name="Nats">The loss, in its own unit: nats for the cross-entropies.</param>
/// <param name="WrongBits">Wrong targets.</param>
/// <param name="PerfectSequences">Sequences of which no target is wrong.</param>
/// <param name="Bits">Targets that count.</param>
/// <param name="OptimalBits">The cost of the best possible predictions: in bits for the cross-entropies.</param>
internal sealed record SavedScore(long Sequences, double Nats, double WrongBits, long PerfectSequences, double Bits, double OptimalBits)
{
    /// <summary>Numbers of a row.</summary>
    public const int Columns = 6;

    public static SavedScore Of(SequenceScore score) =>
        new(score.Sequences, score.LossSum, score.WrongSum, score.PerfectSequences, score.CountSum, score.OptimalCostSum);

    public static SavedScore OfRow(ReadOnlySpan<double> row) => new((long)row[0], row[1], row[2], (long)row[3], row[4], row[5]);

    public double[] ToRow() => [Sequences, Nats, WrongBits, PerfectSequences, Bits, OptimalBits];

    /// <param name="loss">The loss, which the checkpoint says once.</param>
    public SequenceScore ToScore(LossKind loss) =>
        new(loss, Sequences, Nats, (long)WrongBits, PerfectSequences, (long)Bits) { OptimalCostSum = OptimalBits };
}
