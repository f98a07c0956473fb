using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>
/// The loss that is trained and the two figures that are reported, never mixed up: cost in bits per sequence, and wrong bits per
/// sequence after thresholding at 0.5.
/// </summary>
public static class SequenceLoss
{
    /// <summary>
    /// The cross-entropy in nats: summed over the steps that count and all channels, mean over the sequences. Padding has no part in
    /// it, and a batch's gradient is the mean of its sequences'.
    /// </summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>, in 0..1</param>
    /// <param name="mask"><c>[T, B]</c></param>
    /// <returns>A scalar.</returns>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var sum = PerStep(logits, targets, mask).sum();
        return (sum / logits.size(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Cost and errors of every sequence of a batch.</summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>, in 0..1</param>
    /// <param name="mask"><c>[T, B]</c></param>
    public static SequenceScore Score(Tensor logits, Tensor targets, Tensor mask)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var nats = PerStep(logits, targets, mask).to(float64).sum(dim: 0);
        var wrong = ((logits > 0) != (targets > 0.5)).to(float64).sum(dim: 2).mul(mask).sum(dim: 0);
        return new SequenceScore(
            logits.size(1),
            nats.sum().ToDouble(),
            wrong.sum().ToDouble(),
            (wrong == 0).sum().ToInt64(),
            mask.to(float64).sum().ToDouble() * logits.size(2));
    }

    private static Tensor PerStep(Tensor logits, Tensor targets, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(mask);
        var shape = logits.shape;
        if (shape.Length != 3)
            throw new ArgumentException($"logits has shape [{string.Join(", ", shape)}]; expected [T, B, O].", nameof(logits));
        if (!shape.SequenceEqual(targets.shape))
            throw new ArgumentException($"targets has shape [{string.Join(", ", targets.shape)}]; expected [T, B, O] = [{string.Join(", ", shape)}], as logits.", nameof(targets));
        if (!mask.shape.SequenceEqual(shape.AsSpan()[..2]))
            throw new ArgumentException($"mask has shape [{string.Join(", ", mask.shape)}]; expected [T, B] = [{string.Join(", ", shape[..2])}], as logits.", nameof(mask));
        return nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None).sum(dim: 2) * mask;
    }
}
