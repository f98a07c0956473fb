namespace Ntm.Runtime.Losses;

/// <summary>The summed loss of the sequences of a batch.</summary>
internal struct LossSum
{
    /// <summary>The loss over the masked steps and channels, in the loss's own unit.</summary>
    public double Loss;

    /// <summary>The number of wrong targets over the masked steps: bits, classes or numbers.</summary>
    public long Wrong;
}

/// <summary>The outputs of a step for a loss.</summary>
/// <param name="Count">The number of outputs, <c>O</c>.</param>
/// <param name="Clip">Logits are clipped to plus and minus this; beyond it their gradient is zero.</param>
internal readonly record struct OutputShape(int Count, float Clip);

/// <summary>A loss of the outputs of one step of one sample.</summary>
internal unsafe interface ILoss
{
    /// <summary>Adds the step's loss and its wrong targets.</summary>
    /// <param name="shape">The outputs.</param>
    /// <param name="logits">The unclipped logits, <c>[O]</c>; they may be read beyond their end, up to a multiple of 8.</param>
    /// <param name="targets"><c>[O]</c></param>
    /// <param name="weight">The step's weight; not 0.</param>
    /// <param name="sum">The sum to add to.</param>
    static abstract void Add(OutputShape shape, float* logits, float* targets, float weight, ref LossSum sum);

    /// <summary>Replaces the logits by their gradients. A logit that is NaN stays NaN.</summary>
    /// <param name="shape">The outputs.</param>
    /// <param name="logits">The unclipped logits, <c>[O]</c>; padded to a multiple of 8 with floats that may be overwritten.</param>
    /// <param name="targets"><c>[O]</c></param>
    /// <param name="weight">The step's weight over the number of sequences; not 0.</param>
    static abstract void Differentiate(OutputShape shape, float* logits, float* targets, float weight);
}
