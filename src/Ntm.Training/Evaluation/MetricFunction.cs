using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training;

/// <summary>Computes a custom metric of a batch from its logits, by torch operations; see <see cref="Metric.Of(string, MetricFunction, bool)"/>.</summary>
/// <remarks>It is called for every batch of an evaluation, without gradients, and never while training. Tensors that it creates are disposed after the
/// call.</remarks>
/// <param name="logits"><c>[T, B, O]</c>, float32 on the CPU; the values of padding are arbitrary and finite.</param>
/// <param name="batch">The batch, on the CPU. Steps whose mask is 0 do not count.</param>
/// <returns>One number: the sum over the sequences of the batch; the metric is then the mean per sequence. Or two numbers, a sum and a count of what was
/// summed, <c>[2]</c>; the metric is then their ratio over all sequences.</returns>
public delegate Tensor MetricFunction(Tensor logits, SequenceBatch batch);
