using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Computes the forward pass, the loss and the backward pass of whole batches without autograd. Inputs are spans of floats; the gradient of all
/// parameters is one flat buffer. Supports one call at a time.</summary>
/// <remarks>Arrays are time-major. Every call reads the parameters again, so an optimizer may change them between calls.</remarks>
public interface ISequencePass : IDisposable
{
    /// <summary>The loss that the pass computes.</summary>
    LossKind Loss { get; }

    /// <summary>The parameters in the order of <c>named_parameters()</c>, with the place of each in <see cref="Gradient"/>.</summary>
    IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>The gradient from the last <see cref="Compute"/>, all parameters concatenated. It may be changed, for example clipped.</summary>
    Span<float> Gradient { get; }

    /// <summary>Computes the forward pass, the loss and the backward pass, and sets <see cref="Gradient"/> to the gradient of the mean loss.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss; targets of steps of weight 0 are ignored.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, usually 0 or 1; finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Receives the logits, <c>[T, B, O]</c>; padding is left unchanged. Empty to skip them.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> covers the loss and the gradient.</returns>
    /// <exception cref="ArgumentException">A span does not have the expected length, a length is not in 1..T, an input or weight is not finite, or a
    /// target is not valid. The message names the first such value and its position.</exception>
    SequenceScore Compute(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default);

    /// <summary>Does the same as <see cref="Compute"/>, but leaves the gradient on the model's device, for an optimizer that works there.
    /// <see cref="Gradient"/> is not changed.</summary>
    /// <param name="gradient">Receives the gradient, all parameters concatenated in the order of <see cref="Segments"/>: a contiguous float32 tensor of one
    /// dimension, on the model's device, not tracked by autograd.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss; targets of steps of weight 0 are ignored.</param>
    /// <param name="mask"><c>[T, B]</c>: the weight of each step in the loss, usually 0 or 1; finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Receives the logits, <c>[T, B, O]</c>; padding is left unchanged. Empty to skip them.</param>
    /// <returns>The score of the batch. <see cref="SequenceScore.IsFinite"/> covers the loss and the gradient.</returns>
    /// <exception cref="ArgumentException"><paramref name="gradient"/>, a span or a value in a span is not as expected (see <see
    /// cref="Compute"/>).</exception>
    SequenceScore ComputeInto(
        Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps,
        int batch, Span<float> logits = default);

    /// <summary>Computes the forward pass and the loss only. <see cref="Gradient"/> is not changed.</summary>
    /// <inheritdoc cref="Compute"/>
    SequenceScore Evaluate(
        ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> mask, ReadOnlySpan<int> lengths, int steps, int batch,
        Span<float> logits = default);
}
