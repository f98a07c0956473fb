namespace Ntm.Core;

/// <summary>
/// A pass that can compute some parts of a batch, so that several processes share the work: each has the whole batch, computes its parts, and all add the
/// parts' gradients. If they are added in a fixed order, the result is bit-identical for any number of processes.
/// </summary>
/// <remarks>A part is a set of sequences that the pass chooses by the batch's size and lengths. <see cref="ISequencePass.Compute"/> adds the parts as a
/// binary tree: part <c>i</c> takes in part <c>i + 1</c> if <c>i</c> is a multiple of 2, then <c>i + 2</c> if it is a multiple of 4, and so on.</remarks>
public interface IPartialPass : ISequencePass
{
    /// <summary>The number of floats of a part's gradient; 0 if the pass cannot compute parts, for example on a GPU.</summary>
    int PartLength { get; }

    /// <summary>Returns the number of parts of a batch.</summary>
    /// <param name="batch"><c>B</c>, at least 1.</param>
    /// <exception cref="NotSupportedException">The pass cannot compute parts.</exception>
    int PartsOf(int batch);

    /// <summary>Computes the forward pass, the loss and the backward pass of some parts of a batch, and adds their gradients as far as the tree joins parts
    /// of the range. The gradients are those of the mean loss of the whole batch.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss; targets of steps of weight 0 are ignored.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, usually 0 or 1; finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="first">The first part, at least 0.</param>
    /// <param name="scores">Receives the score of each part, without its gradient; it has as many elements as parts are to be computed, possibly
    /// none.</param>
    /// <exception cref="ArgumentException">A span or a value is not as <see cref="ISequencePass.Compute"/> expects it, or the batch has no such
    /// parts.</exception>
    /// <exception cref="NotSupportedException">The pass cannot compute parts.</exception>
    void ComputeParts(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch, int first,
        Span<SequenceScore> scores);

    /// <summary>Returns the gradient of a part that the last <see cref="ComputeParts"/> computed, with those that it took in, in the pass's own layout. It is
    /// valid until the next call.</summary>
    /// <param name="part">The part.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part was not computed.</exception>
    ReadOnlySpan<float> PartOf(int part);

    /// <summary>Sets <see cref="ISequencePass.Gradient"/> to the gradient of the batch of the last <see cref="ComputeParts"/>.</summary>
    /// <param name="sum">The sum of the gradients of all parts, as <see cref="PartOf"/> gives them.</param>
    /// <returns>Whether the gradient is free of NaN and infinity.</returns>
    /// <exception cref="ArgumentException"><paramref name="sum"/> does not have <see cref="PartLength"/> elements.</exception>
    /// <exception cref="InvalidOperationException">No parts were computed.</exception>
    bool Complete(ReadOnlySpan<float> sum);
}
