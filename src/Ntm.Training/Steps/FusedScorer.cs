using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Computes cost and errors by a model's own pass, which skips padding.</summary>
internal sealed class FusedScorer : BatchScorer
{
    private readonly ISequencePass _pass;
    private readonly TaskLoss _loss;
    private float[] _logits = [];

    private FusedScorer(ISequencePass pass, TaskLoss loss) => (_pass, _loss) = (pass, loss);

    /// <summary>Returns the scorer of a model in its current state; <see langword="null"/> if it has no pass for the loss.</summary>
    public static FusedScorer? TryCreate(ISequenceModel model, TaskLoss loss)
    {
        if (model is not IFusedSequenceModel fused || fused.CreatePass(loss.Kind) is not { } pass)
            return null;
        if (loss.Function is null || pass is ICustomLossPass)
            return new FusedScorer(pass, loss);
        pass.Dispose();
        return null;
    }

    public override SequenceScore Score(BatchBuffer batch, Span<float> logits)
    {
        if (_loss.Function is null)
            return _pass.Evaluate(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize, logits);
        if (logits.IsEmpty)
            logits = Room(batch.Targets.Length);
        // The values of padding are those of an earlier batch.
        logits.Clear();
        ((ICustomLossPass)_pass).Forward(batch.Inputs, batch.Lengths, batch.Steps, batch.BatchSize, logits);
        return _loss.Score(batch, logits);
    }

    public override void Dispose() => _pass.Dispose();

    private Span<float> Room(int count)
    {
        if (_logits.Length < count)
            _logits = new float[count];
        return _logits.AsSpan(0, count);
    }
}
