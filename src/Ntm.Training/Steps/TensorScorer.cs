using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Computes cost and errors by torch's operations, which works with every model.</summary>
internal sealed class TensorScorer(ISequenceModel model, TaskLoss loss) : BatchScorer
{
    private readonly Device _device = FlatParameters.DeviceOf(model);

    /// <summary>Returns the values of a tensor of any type and device, in the current dispose scope.</summary>
    public static ReadOnlySpan<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.detach().to(float32).cpu().contiguous().bytes);

    public override SequenceScore Score(BatchBuffer batch, Span<float> logits)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var tensors = batch.ToTensors(_device);
        var computed = model.Logits(tensors.Inputs);
        if (!logits.IsEmpty)
            Values(computed).CopyTo(logits);
        return loss.Function is null
            ? SequenceLoss.Score(computed, tensors.Targets, tensors.Mask, loss.Kind)
            : loss.Score(batch, Values(computed), loss.Mean(computed, tensors));
    }

    public override void Dispose()
    {
    }
}
