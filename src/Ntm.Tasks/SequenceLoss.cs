using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>
/// The loss that is trained and the two figures that are reported, never mixed up: cost in bits per sequence, and wrong bits per
/// sequence after thresholding at 0.5.
/// </summary>
public static class SequenceLoss
{
    // Made once: one that is made for a call may be freed by the finalizer during it (TorchSharp 0.107).
    private static readonly Scalar Zero = 0;
    private static readonly Scalar Half = 0.5;

    /// <summary>
    /// The cross-entropy in nats: summed over the steps that count and all channels, mean over the sequences. Padding has no part in
    /// it, and a batch's gradient is the mean of its sequences'.
    /// </summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>, in 0..1</param>
    /// <param name="mask"><c>[T, B]</c></param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">A shape is not the expected one; or, where they are on the CPU, a target is not in 0..1 or a value of the mask
    /// not finite.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var sum = PerStep(logits, targets, mask).sum();
        using Scalar sequences = logits.size(1);
        return sum.div(sequences).MoveToOuterDisposeScope();
    }

    /// <summary>Cost and errors of every sequence of a batch.</summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>, in 0..1</param>
    /// <param name="mask"><c>[T, B]</c></param>
    /// <remarks>A logit that is NaN is wrong whatever its target.</remarks>
    /// <exception cref="ArgumentException">As of <see cref="CrossEntropy"/>.</exception>
    public static SequenceScore Score(Tensor logits, Tensor targets, Tensor mask)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var nats = PerStep(logits, targets, mask).to(float64).sum(dim: 0);
        // NaN is on neither side of zero, and wrong whatever the target.
        var wrong = logits.gt(Zero).ne(targets.gt(Half)).logical_or(logits.isnan()).to(float64).sum(dim: 2).mul(mask).sum(dim: 0);
        return new SequenceScore(
            logits.size(1),
            nats.sum().ToDouble(),
            wrong.sum().ToDouble(),
            wrong.eq(Zero).sum().ToInt64(),
            mask.to(float64).sum().ToDouble() * logits.size(2));
    }

    /// <summary>Cost and errors of every sequence of a batch in some of its channels.</summary>
    /// <param name="logits"><c>[T, B, O]</c>; what padding or a step that does not count holds is not read.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="group">The channels.</param>
    /// <exception cref="ArgumentException"><paramref name="logits"/> has not as many elements as the batch's targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The task has not all channels of <paramref name="group"/>.</exception>
    public static SequenceScore Score(ReadOnlySpan<float> logits, BatchBuffer batch, ChannelGroup group)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(group);
        var width = batch.Task.OutputSize;
        if (logits.Length != batch.Targets.Length)
            throw new ArgumentException($"logits has {logits.Length} elements; expected T * B * O = {batch.Targets.Length}.", nameof(logits));
        if (group.First < 0 || group.Count < 1 || group.First > width - group.Count)
            throw new ArgumentOutOfRangeException(nameof(group), group, $"The task {batch.Task.Name} has channels 0 to {width - 1}.");
        var score = default(SequenceScore);
        for (var b = 0; b < batch.BatchSize; b++)
            score += ScoreOne(logits, batch, b, group);
        return score;
    }

    private static SequenceScore ScoreOne(ReadOnlySpan<float> logits, BatchBuffer batch, int b, ChannelGroup group)
    {
        var (nats, wrong, bits) = (0.0, 0, 0);
        for (var t = 0; t < batch.Lengths[b]; t++)
        {
            var row = t * batch.BatchSize + b;
            if (batch.Mask[row] == 0)
                continue;
            var channels = logits.Slice(row * batch.Task.OutputSize + group.First, group.Count);
            var targets = batch.Targets.Slice(row * batch.Task.OutputSize + group.First, group.Count);
            for (var c = 0; c < channels.Length; c++)
            {
                double logit = channels[c];
                // Softplus less the linear part, with an exponential that cannot overflow.
                nats += Math.Max(logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit))) - logit * targets[c];
                // Of NaN neither is true: it is wrong whatever the target.
                wrong += (targets[c] > 0.5f ? logit > 0 : logit <= 0) ? 0 : 1;
            }

            bits += group.Count;
        }

        return new SequenceScore(1, nats, wrong, wrong == 0 ? 1 : 0, bits);
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
        TensorCheck.Unit(targets, nameof(targets));
        TensorCheck.Finite(mask, nameof(mask));
        return nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None).sum(dim: 2) * mask;
    }
}
