using static TorchSharp.torch;

namespace Ntm.Core.Losses;

/// <summary><see cref="LossKind.SoftmaxCrossEntropy"/> by torch's <c>log_softmax</c>.</summary>
internal sealed class SoftmaxCrossEntropyOnTensors : TensorLoss
{
    public override LossKind Kind => LossKind.SoftmaxCrossEntropy;

    public override Tensor PerStep(Tensor logits, Tensor targets) => nn.functional.log_softmax(logits, dim: 2).mul(targets).sum(dim: 2).neg();

    /// <remarks>torch's <c>argmax</c> returns the first of equal values.</remarks>
    public override Tensor WrongPerStep(Tensor logits, Tensor targets) =>
        logits.argmax(dim: 2).ne(targets.argmax(dim: 2)).logical_or(logits.isnan().any(dim: 2)).to(ScalarType.Int64);
}
