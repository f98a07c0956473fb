using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Forward, loss and backward of whole batches of a model, past autograd: spans of floats in, the gradient of all parameters in one flat buffer
/// out. One call at a time.</summary>
/// <remarks>Arrays are time-major. The parameters are read anew on every call, so that an optimizer may change them in between.</remarks>
public interface ISequencePass : IDisposable
{
    /// <summary>The loss that it computes.</summary>
    LossKind Loss { get; }

    /// <summary>The parameters in the order of <c>named_parameters()</c>, and where each lies in <see cref="Gradient"/>.</summary>
    IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>The gradient that the last <see cref="Compute"/> left, all parameters end to end. May be changed, for example clipped.</summary>
    Span<float> Gradient { get; }

    /// <summary>Forward, loss and backward: sets <see cref="Gradient"/>, the gradient of the mean loss.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid ones for the loss; those of steps of weight 0 are not looked at.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, 0 or 1 as a rule; finite.</param>
    /// <param name="lengths">Each sequence's steps, 1..T: later ones are padding and are not computed. Empty if there is none.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Where the logits go, <c>[T, B, O]</c>, padding untouched; empty if they are not wanted.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> is of loss and gradient.</returns>
    /// <exception cref="ArgumentException">A span's length is not the expected one, a length is not in 1..T, an input or weight is not finite, or a
    /// target not valid; the message names the first such value and its place.</exception>
    SequenceScore Compute(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default);

    /// <summary>As <see cref="Compute"/>, but the gradient stays where the model is: for an optimizer that works on its device.
    /// <see cref="Gradient"/> stays as it is.</summary>
    /// <param name="gradient">Where the gradient goes, all parameters end to end as <see cref="Segments"/> has them: contiguous float32 of one
    /// dimension, on the model's device, not itself tracked by autograd.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid ones for the loss; those of steps of weight 0 are not looked at.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, 0 or 1 as a rule; finite.</param>
    /// <param name="lengths">Each sequence's steps, 1..T: later ones are padding and are not computed. Empty if there is none.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Where the logits go, <c>[T, B, O]</c>, padding untouched; empty if they are not wanted.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> is of loss and gradient.</returns>
    /// <exception cref="ArgumentException"><paramref name="gradient"/>, a span or a value in it is not as expected (see <see cref="Compute"/>).</exception>
    SequenceScore ComputeInto(
        Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps,
        int batch, Span<float> logits = default);

    /// <summary>Forward and loss alone; <see cref="Gradient"/> stays as it is.</summary>
    /// <inheritdoc cref="Compute"/>
    SequenceScore Evaluate(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default);
}
