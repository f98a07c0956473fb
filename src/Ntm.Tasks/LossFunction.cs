using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>Computes the loss of a batch from its logits, by torch operations that autograd can differentiate.</summary>
/// <remarks>It is called with gradients enabled while training, and without for evaluations. It may use the parameters of the model through
/// <paramref name="logits"/> only. Tensors that it creates are disposed after the call.</remarks>
/// <param name="logits"><c>[T, B, O]</c>, float32; the values of padding are arbitrary and finite.</param>
/// <param name="batch">The batch, on the device of <paramref name="logits"/>.</param>
/// <returns>One number: the mean loss per sequence of the batch.</returns>
public delegate Tensor LossFunction(Tensor logits, SequenceBatch batch);
