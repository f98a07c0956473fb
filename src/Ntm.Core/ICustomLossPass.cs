using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Computes a loss of the logits of a batch and its gradient.</summary>
/// <param name="logits">The logits, <c>[T, B, O]</c>; 0 in padding.</param>
/// <param name="gradient">Receives the gradient of the loss with respect to the logits, <c>[T, B, O]</c>; zeros before the call. The gradient of padding is
/// ignored.</param>
/// <returns>The loss of the batch.</returns>
public delegate double LogitsLoss(ReadOnlySpan<float> logits, Span<float> gradient);

/// <summary>A pass that also trains on a loss given by a function of the logits.</summary>
public interface ICustomLossPass : ISequencePass
{
    /// <summary>Computes the forward pass, calls <paramref name="loss"/>, computes the backward pass, and sets <see cref="ISequencePass.Gradient"/>.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T. Later steps are padding and are not computed. Empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="loss">Computes the loss. If it throws, the gradient is not changed. It must not call this pass.</param>
    /// <returns>The result of <paramref name="loss"/>.</returns>
    /// <exception cref="ArgumentException">A span does not have the expected length, a length is not in 1..T, or an input is not finite.</exception>
    double Differentiate(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, LogitsLoss loss);

    /// <summary>Does the same as <see cref="Differentiate"/>, but leaves the gradient on the model's device. <see cref="ISequencePass.Gradient"/> is not
    /// changed.</summary>
    /// <param name="gradient">Receives the gradient, all parameters concatenated in the order of <see cref="ISequencePass.Segments"/>: a contiguous float32
    /// tensor of one dimension, on the model's device, not tracked by autograd.</param>
    /// <inheritdoc cref="Differentiate"/>
    /// <param name="inputs"/><param name="lengths"/><param name="steps"/><param name="batch"/><param name="loss"/>
    double DifferentiateInto(Tensor gradient, ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, LogitsLoss loss);

    /// <summary>Computes logits only.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>, finite.</param>
    /// <param name="lengths">The number of steps of each sequence, 1..T; empty if there is no padding.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="logits">Receives the logits, <c>[T, B, O]</c>; those of padding are left unchanged.</param>
    /// <exception cref="ArgumentException">A span does not have the expected length, a length is not in 1..T, or an input is not finite.</exception>
    void Forward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> lengths, int steps, int batch, Span<float> logits);
}
