namespace Ntm.Runtime.Losses;

/// <summary>What the sequences of a batch cost.</summary>
internal struct LossSum
{
    /// <summary>The loss over the masked steps and channels, in the loss' own unit.</summary>
    public double Loss;

    /// <summary>What counts as wrong over the masked steps: bits, classes or numbers.</summary>
    public long Wrong;
}

/// <summary>The outputs of a step, as a loss sees them.</summary>
/// <param name="Count">Outputs, <c>O</c>.</param>
/// <param name="Clip">Logits are clipped to plus and minus this; beyond it their gradient is zero.</param>
internal readonly record struct OutputShape(int Count, float Clip);

/// <summary>A loss of the outputs of one step of one sample.</summary>
internal unsafe interface ILoss
{
    /// <summary>Adds the step's loss, and what is wrong in it.</summary>
    /// <param name="shape">The outputs.</param>
    /// <param name="logits">The unclipped logits, <c>[O]</c>; they may be read beyond their end, up to a multiple of 8.</param>
    /// <param name="targets"><c>[O]</c></param>
    /// <param name="weight">The step's weight; not 0.</param>
    /// <param name="sum">What is added to.</param>
    static abstract void Add(OutputShape shape, float* logits, float* targets, float weight, ref LossSum sum);

    /// <summary>Replaces the logits by their gradients. One that is not a number stays so.</summary>
    /// <param name="shape">The outputs.</param>
    /// <param name="logits">The unclipped logits, <c>[O]</c>; padded to a multiple of 8 with what may be overwritten.</param>
    /// <param name="targets"><c>[O]</c></param>
    /// <param name="weight">The step's weight over the number of sequences; not 0.</param>
    static abstract void Differentiate(OutputShape shape, float* logits, float* targets, float weight);
}
