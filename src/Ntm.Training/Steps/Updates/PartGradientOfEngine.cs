using Ntm.Core;
using Ntm.Shared;
using Ntm.Training.Distributed;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Computes this rank's parts of a batch by a model's own pass, and adds those of all ranks. Every rank has the whole batch, because the pass chooses
/// the parts by the lengths of all sequences.</summary>
internal sealed class PartGradientOfEngine : UpdateGradient
{
    private readonly TrainingStep _step;
    private readonly IPartialPass _pass;
    private readonly Ranks _ranks;
    private readonly GradientSum _sum;
    private readonly SharedScores _scores;
    private readonly PartGradient _partOf;
    private bool _isFinite;

    public PartGradientOfEngine(TrainingStep step, IPartialPass pass, Ranks ranks)
    {
        (_step, _pass, _ranks) = (step, pass, ranks);
        _sum = new GradientSum(ranks, pass.PartLength);
        _scores = new SharedScores(ranks);
        _partOf = pass.PartOf;
    }

    public override FlatGradient Gradient => _pass.Gradient;

    public override bool IsGradientFinite => _isFinite;

    public override string Description => _step.Description;

    public override SequenceScore Run(TrainingData data, long first, int count)
    {
        var batch = data.Load(first, count);
        var parts = _pass.PartsOf(count);
        var (start, end) = (SumTree.StartOfShare(parts, _ranks.Rank, _ranks.Size), SumTree.StartOfShare(parts, _ranks.Rank + 1, _ranks.Size));
        var own = _scores.Own(end - start);
        _pass.ComputeParts(batch.Inputs, batch.Targets, batch.Mask, batch.Lengths, batch.Steps, batch.BatchSize, start, own);
        var score = _scores.Add(parts, own);
        _sum.Add(parts, _partOf);
        _isFinite = _pass.Complete(_sum.Total);
        return score with { IsFinite = score.IsFinite && _isFinite };
    }

    public override int PartsOf(int batch) => _pass.PartsOf(batch);

    public override void Dispose() => _step.Dispose();
}
