using Ntm.Core;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Training.Steps;

/// <summary>Cost and errors of batches, without gradients.</summary>
internal abstract class BatchScorer : IDisposable
{
    /// <summary>The fastest scorer that supports a model.</summary>
    public static BatchScorer Create(ISequenceModel model) =>
        FusedScorer.Supports(model) ? new FusedScorer((NeuralTuringMachine)model) : new TensorScorer(model);

    public abstract SequenceScore Score(BatchBuffer batch);

    public abstract void Dispose();

    private sealed class TensorScorer(ISequenceModel model) : BatchScorer
    {
        public override SequenceScore Score(BatchBuffer batch)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var tensors = batch.ToTensors();
            return SequenceLoss.Score(model.Logits(tensors.Inputs), tensors.Targets, tensors.Mask);
        }

        public override void Dispose()
        {
        }
    }
}
