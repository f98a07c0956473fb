using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Losses;

/// <summary><see cref="LossKind.BinaryCrossEntropy"/> by torch's <c>binary_cross_entropy_with_logits</c>.</summary>
internal sealed class BinaryCrossEntropyOnTensors : TensorLoss
{
    // Created once: the finalizer may free a scalar that is created for a call during that call (TorchSharp 0.107).
    private static readonly Scalar Zero = 0;
    private static readonly Scalar Half = 0.5;

    public override LossKind Kind => LossKind.BinaryCrossEntropy;

    public override Tensor PerStep(Tensor logits, Tensor targets) =>
        nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None).sum(dim: 2);

    public override Tensor WrongPerStep(Tensor logits, Tensor targets) =>
        logits.gt(Zero).ne(targets.gt(Half)).logical_or(logits.isnan()).sum(dim: 2);
}
