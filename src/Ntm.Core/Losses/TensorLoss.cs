using static TorchSharp.torch;

namespace Ntm.Core.Losses;

/// <summary>A loss on tensors, which autograd differentiates.</summary>
internal abstract class TensorLoss
{
    private static readonly TensorLoss[] All =
    [
        new BinaryCrossEntropyOnTensors(),
        new SoftmaxCrossEntropyOnTensors(),
        new SquaredErrorOnTensors(),
    ];

    /// <summary>The kind of the loss.</summary>
    public abstract LossKind Kind { get; }

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is not a value of the enum.</exception>
    public static TensorLoss Of(LossKind kind)
    {
        foreach (var loss in All)
            if (loss.Kind == kind)
                return loss;
        throw new ArgumentOutOfRangeException(nameof(kind), kind, $"The loss is {(int)kind}; expected a value of {nameof(LossKind)}.");
    }

    /// <summary>Computes the loss of every step, before its weight is applied.</summary>
    /// <param name="logits"><c>[T, B, O]</c></param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss</param>
    /// <returns><c>[T, B]</c></returns>
    public abstract Tensor PerStep(Tensor logits, Tensor targets);

    /// <summary>Counts the wrong targets of every step.</summary>
    /// <param name="logits"><c>[T, B, O]</c>; one that is NaN is wrong.</param>
    /// <param name="targets"><c>[T, B, O]</c>, valid for the loss</param>
    /// <returns><c>[T, B]</c>, int64</returns>
    public abstract Tensor WrongPerStep(Tensor logits, Tensor targets);
}
