using System.Numerics.Tensors;
using Ntm.Core;
using Ntm.Shared;
using Ntm.Training.Distributed;
using Ntm.Training.Optimizers;

namespace Ntm.Training.Steps;

/// <summary>Computes the gradients of micro-batches, each of consecutive sequences, and adds them in the order of <see cref="SumTree"/>: those of this
/// process, or those of all ranks.</summary>
internal sealed class MicroBatchGradient(TrainingStep step, ISequenceModel model, int size, Ranks? ranks) : UpdateGradient
{
    private readonly PartialSums _sums = new(step.Parameters.Count);
    private readonly GradientSum? _sum = ranks is null ? null : new GradientSum(ranks, step.Parameters.Count);
    private readonly SharedScores? _scores = ranks is null ? null : new SharedScores(ranks);
    private readonly OrderIndependence? _order = ranks is null ? null : new OrderIndependence(model);
    private bool _isFinite;

    public override FlatGradient Gradient => _sum is null ? _sums[0] : _sum.Total;

    public override bool IsGradientFinite => _isFinite;

    public override string Description => $"{step.Description}, in micro-batches of {size}";

    public override SequenceScore Run(TrainingData data, long first, int count)
    {
        var parts = PartsOf(count);
        var (start, end) = ranks is null ? (0, parts) : (SumTree.StartOfShare(parts, ranks.Rank, ranks.Size), SumTree.StartOfShare(parts, ranks.Rank + 1, ranks.Size));
        var own = _scores is null ? default : _scores.Own(end - start);
        var total = default(SequenceScore);
        _sums.Begin(start, parts);
        _order?.Begin();
        for (var part = start; part < end; part++)
        {
            var few = Math.Min(size, count - part * size);
            var score = step.Run(data.Load(first + (long)part * size, few));
            _sums.Add(step.Gradient.Values, (float)few / count);
            if (_scores is null)
                total += score;
            else
                own[part - start] = score;
        }

        _order?.ThrowIfChanged();
        if (_scores is not null)
        {
            total = _scores.Add(parts, own);
            _sum!.Add(parts, part => _sums[part]);
        }

        _isFinite = TensorPrimitives.IsFiniteAll(Gradient.Values);
        return total with { IsFinite = total.IsFinite && _isFinite };
    }

    public override int PartsOf(int batch) => (batch + size - 1) / size;

    public override void Dispose() => step.Dispose();
}
