using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Computes cost and errors by a model's own pass, which skips padding.</summary>
internal sealed class FusedScorer(ISequencePass pass) : BatchScorer
{
    public override SequenceScore Score(BatchBuffer batch, Span<float> logits) =>
        pass.Evaluate(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize, logits);

    public override void Dispose() => pass.Dispose();
}
