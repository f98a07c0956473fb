namespace Ntm.Core;

/// <summary>What the sequences of a batch cost.</summary>
/// <param name="Nats">The binary cross-entropy, summed over the sequences and their masked steps and channels, in nats. The loss is this over <paramref name="Sequences"/>.</param>
/// <param name="WrongBits">Masked bits whose logit is on the wrong side of zero; a target above 0.5 is a one.</param>
/// <param name="Flawless">Sequences without a wrong bit.</param>
/// <param name="Sequences">Sequences in the batch, <c>B</c>.</param>
/// <param name="IsFinite">Whether the cost, and the gradient if there is one, are free of NaN and infinity.</param>
public readonly record struct SequenceCost(double Nats, long WrongBits, int Flawless, int Sequences, bool IsFinite)
{
    /// <summary>The mean over the sequences, in nats: what <see cref="SequenceTrainingPass.Gradient"/> is the gradient of.</summary>
    public double Loss => Nats / Sequences;
}
