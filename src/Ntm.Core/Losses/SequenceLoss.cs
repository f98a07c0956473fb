using Ntm.Core.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Computes the loss of a batch of sequences as a tensor, for autograd, and the score of a batch.</summary>
/// <remarks>Steps of weight 0 are ignored: their logits and targets may have any value, and their gradient is 0.</remarks>
public static class SequenceLoss
{
    // Created once: the finalizer may free a scalar that is created for a call during that call (TorchSharp 0.107).
    private static readonly Scalar Zero = 0;

    /// <summary>Computes the loss of a batch: the sum over the steps, each times its weight, averaged over the sequences. The gradient of a batch is
    /// therefore
    /// the mean of the gradients of its sequences.</summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>; see <see cref="LossKind"/> for the valid values.</param>
    /// <param name="mask">The weight of every step, usually 0 or 1; <c>[T, B]</c>.</param>
    /// <param name="loss">The loss.</param>
    /// <returns>A scalar, in the loss's own unit: nats for the cross-entropies, squared units for the squared error.</returns>
    /// <exception cref="ArgumentException">A shape is not the expected one; or, for tensors on the CPU, a target is not valid or a weight
    /// is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="loss"/> is not a value of the enum.</exception>
    public static Tensor Mean(Tensor logits, Tensor targets, Tensor mask, LossKind loss = LossKind.BinaryCrossEntropy)
    {
        Check(logits, targets, mask, loss);
        using var scope = NewDisposeScope();
        var (counted, expected, _) = Counted(logits, targets, mask);
        var sum = TensorLoss.Of(loss).PerStep(counted, expected).mul(mask).sum();
        using Scalar sequences = logits.size(1);
        return sum.div(sequences).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the score of a batch.</summary>
    /// <param name="logits"><c>[T, B, O]</c>; a logit that is NaN is wrong for any target.</param>
    /// <param name="targets"><c>[T, B, O]</c>; see <see cref="LossKind"/> for the valid values.</param>
    /// <param name="mask">The weight of every step, usually 0 or 1; <c>[T, B]</c>.</param>
    /// <param name="loss">The loss.</param>
    /// <exception cref="ArgumentException">The same as for <see cref="Mean"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="loss"/> is not a value of the enum.</exception>
    public static SequenceScore Score(Tensor logits, Tensor targets, Tensor mask, LossKind loss = LossKind.BinaryCrossEntropy)
    {
        Check(logits, targets, mask, loss);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var form = TensorLoss.Of(loss);
        var (counted, expected, uncounted) = Counted(logits, targets, mask);
        var perSequence = form.PerStep(counted, expected).mul(mask).to(float64).sum(dim: 0);
        // If both are zeros, as in steps that do not count, nothing is wrong.
        var wrong = form.WrongPerStep(counted, expected).sum(dim: 0);
        return new SequenceScore(
            loss,
            logits.size(1),
            perSequence.sum().ToDouble(),
            wrong.sum().ToInt64(),
            wrong.eq(Zero).sum().ToInt64(),
            (mask.numel() - uncounted.sum().ToInt64()) * ReferenceLoss.Of(loss).Counted((int)logits.size(2)));
    }

    /// <summary>Returns the logits and targets with zeros in the steps that do not count, because NaN times 0 is NaN, and marks those steps.</summary>
    private static (Tensor Logits, Tensor Targets, Tensor Uncounted) Counted(Tensor logits, Tensor targets, Tensor mask)
    {
        var uncounted = mask.eq(Zero);
        var channels = uncounted.unsqueeze(2);
        return (logits.masked_fill(channels, Zero), targets.masked_fill(channels, Zero), uncounted);
    }

    private static void Check(Tensor logits, Tensor targets, Tensor mask, LossKind loss)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(mask);
        var shape = logits.shape;
        if (shape.Length != 3)
            throw new ArgumentException($"logits has shape [{string.Join(", ", shape)}]; expected [T, B, O].", nameof(logits));
        if (!shape.SequenceEqual(targets.shape))
            throw new ArgumentException($"targets has shape [{string.Join(", ", targets.shape)}]; expected [T, B, O] = [{string.Join(", ", shape)}], like logits.", nameof(targets));
        if (!mask.shape.SequenceEqual(shape.AsSpan()[..2]))
            throw new ArgumentException($"mask has shape [{string.Join(", ", mask.shape)}]; expected [T, B] = [{string.Join(", ", shape[..2])}], like logits.", nameof(mask));
        TensorValues.Check(ReferenceLoss.Of(loss), targets, mask);
    }
}
