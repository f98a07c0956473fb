using System.Runtime.InteropServices;
using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Computes the cost and errors of batches, without gradients.</summary>
internal abstract class BatchScorer : IDisposable
{
    /// <summary>Returns the fastest scorer of a model in its current state for a loss.</summary>
    public static BatchScorer Create(ISequenceModel model, LossKind loss) =>
        model is IFusedSequenceModel fused && fused.CreatePass(loss) is { } pass ? new FusedScorer(pass) : new TensorScorer(model, loss);

    /// <summary>Scores a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="logits">Receives the logits, <c>[T, B, O]</c>; those of padding are arbitrary. Empty to skip them.</param>
    public abstract SequenceScore Score(BatchBuffer batch, Span<float> logits);

    public abstract void Dispose();

    private sealed class TensorScorer(ISequenceModel model, LossKind loss) : BatchScorer
    {
        private readonly Device _device = FlatParameters.DeviceOf(model);

        public override SequenceScore Score(BatchBuffer batch, Span<float> logits)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var tensors = batch.ToTensors(_device);
            var computed = model.Logits(tensors.Inputs);
            if (!logits.IsEmpty)
                MemoryMarshal.Cast<byte, float>(computed.to(float32).cpu().contiguous().bytes).CopyTo(logits);
            return SequenceLoss.Score(computed, tensors.Targets, tensors.Mask, loss);
        }

        public override void Dispose()
        {
        }
    }
}
