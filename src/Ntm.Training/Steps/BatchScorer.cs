using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Computes the cost and errors of batches, without gradients.</summary>
internal abstract class BatchScorer : IDisposable
{
    /// <summary>Returns the fastest scorer of a model in its current state for a loss.</summary>
    public static BatchScorer Create(ISequenceModel model, TaskLoss loss) =>
        (BatchScorer?)FusedScorer.TryCreate(model, loss) ?? new TensorScorer(model, loss);

    /// <summary>Scores a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="logits">Receives the logits, <c>[T, B, O]</c>; those of padding are arbitrary. Empty to skip them.</param>
    public abstract SequenceScore Score(BatchBuffer batch, Span<float> logits);

    public abstract void Dispose();
}
