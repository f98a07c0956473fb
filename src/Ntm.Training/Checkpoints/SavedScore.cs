using Ntm.Core;

namespace Ntm.Training.Checkpoints;

/// <summary>The sums of a <see cref="SequenceScore"/> in a checkpoint: under these names as JSON, in this order as a row.</summary>
/// <param name="Sequences">The number of sequences.</param>
/// <param name="Nats">The loss, in its own unit: nats for the cross-entropies.</param>
/// <param name="WrongBits">The number of wrong targets.</param>
/// <param name="PerfectSequences">The number of sequences without a wrong target.</param>
/// <param name="Bits">The number of targets that count.</param>
/// <param name="OptimalBits">The cost of the best possible predictions: in bits for the cross-entropies.</param>
internal sealed record SavedScore(long Sequences, double Nats, double WrongBits, long PerfectSequences, double Bits, double OptimalBits)
{
    /// <summary>The number of columns of a row.</summary>
    public const int Columns = 6;

    public static SavedScore Of(SequenceScore score) =>
        new(score.Sequences, score.LossSum, score.WrongSum, score.PerfectSequences, score.CountSum, score.OptimalCostSum);

    public static SavedScore OfRow(ReadOnlySpan<double> row) => new((long)row[0], row[1], row[2], (long)row[3], row[4], row[5]);

    public double[] ToRow() => [Sequences, Nats, WrongBits, PerfectSequences, Bits, OptimalBits];

    /// <param name="loss">The loss, which the checkpoint stores once.</param>
    public SequenceScore ToScore(SavedLoss loss) =>
        new(loss.Kind, Sequences, Nats, (long)WrongBits, PerfectSequences, (long)Bits) { IsOfFunction = loss.IsFunction, OptimalCostSum = OptimalBits };
}
