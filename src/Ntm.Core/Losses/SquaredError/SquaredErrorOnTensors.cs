using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Losses;

/// <summary><see cref="LossKind.SquaredError"/> by torch's <c>mse_loss</c>.</summary>
internal sealed class SquaredErrorOnTensors : TensorLoss
{
    // Created once: the finalizer may free a scalar that is created for a call during that call (TorchSharp 0.107).
    private static readonly Scalar Half = 0.5;

    public override LossKind Kind => LossKind.SquaredError;

    public override Tensor PerStep(Tensor logits, Tensor targets) => nn.functional.mse_loss(logits, targets, nn.Reduction.None).sum(dim: 2);

    /// <remarks>NaN is not within any bound.</remarks>
    public override Tensor WrongPerStep(Tensor logits, Tensor targets) => logits.sub(targets).abs().le(Half).logical_not().sum(dim: 2);
}
