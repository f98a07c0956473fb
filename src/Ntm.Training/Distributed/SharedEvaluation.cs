using Ntm.Shared;
using Ntm.Training.Steps;

namespace Ntm.Training.Distributed;

/// <summary>The measurements of the batches of an evaluation that the ranks share: each computes a range of the batches, and all add the numbers of all
/// batches in their order.</summary>
/// <param name="ranks">The ranks.</param>
/// <param name="batches">The number of batches.</param>
/// <param name="groups">The number of groups of channels.</param>
/// <param name="metrics">The number of custom metrics.</param>
internal sealed class SharedEvaluation(Ranks ranks, int batches, int groups, int metrics)
{
    private readonly List<BatchMeasure> _own = [];

    /// <summary>The first batch of this rank.</summary>
    public int First => Start(ranks.Rank);

    /// <summary>The batch after the last one of this rank.</summary>
    public int End => Start(ranks.Rank + 1);

    /// <summary>Adds a batch of this rank.</summary>
    public void Add(BatchMeasure measure) => _own.Add(measure);

    /// <summary>Returns the measurements of all batches, in their order.</summary>
    /// <param name="isCancelled">Whether this rank was cancelled and has not computed everything.</param>
    /// <returns>The measurements; <see langword="null"/> if a rank was cancelled.</returns>
    public IEnumerable<BatchMeasure>? Gather(bool isCancelled)
    {
        if (ranks.Any(isCancelled))
            return null;
        var scores = new ScoreRow[batches * (1 + groups)];
        ranks.Gather<ScoreRow>(
            [.. _own.SelectMany(m => m.Groups.Prepend(m.Score)).Select(s => new ScoreRow(s))], scores, rank => (Start(rank + 1) - Start(rank)) * (1 + groups));
        var numbers = new MetricNumbers[batches * metrics];
        ranks.Gather<MetricNumbers>([.. _own.SelectMany(m => m.Metrics)], numbers, rank => (Start(rank + 1) - Start(rank)) * metrics);
        return Enumerable.Range(0, batches).Select(b => new BatchMeasure(
            scores[b * (1 + groups)].Score,
            [.. scores.Skip(b * (1 + groups) + 1).Take(groups).Select(s => s.Score)],
            numbers[(b * metrics)..((b + 1) * metrics)]));
    }

    private int Start(int rank) => SumTree.StartOfShare(batches, rank, ranks.Size);
}
