using Ntm.Core;
using Ntm.Shared;

namespace Ntm.Training.Distributed;

/// <summary>Adds the scores of the parts of a batch in their order, wherever they were computed. The ranks' requests travel with them.</summary>
internal sealed class SharedScores(Ranks ranks)
{
    private SequenceScore[] _scores = [];
    private ScoreRow[] _own = [];
    private ScoreRow[] _all = [];

    /// <summary>Returns the room for the scores of this rank.</summary>
    public Span<SequenceScore> Own(int count)
    {
        if (_scores.Length < count)
            (_scores, _own) = (new SequenceScore[count], new ScoreRow[count + 1]);
        return _scores.AsSpan(0, count);
    }

    /// <summary>Adds the scores of all ranks.</summary>
    /// <param name="parts">The number of parts of all ranks.</param>
    /// <param name="own">The scores of this rank.</param>
    public SequenceScore Add(int parts, ReadOnlySpan<SequenceScore> own)
    {
        if (_own.Length < own.Length + 1)
            _own = new ScoreRow[own.Length + 1];
        if (_all.Length < parts + ranks.Size)
            _all = new ScoreRow[parts + ranks.Size];
        _own[0] = new ScoreRow(default, ranks.Own);
        for (var i = 0; i < own.Length; i++)
            _own[i + 1] = new ScoreRow(own[i]);
        ranks.Gather<ScoreRow>(
            _own.AsSpan(0, own.Length + 1), _all.AsSpan(0, parts + ranks.Size),
            rank => 1 + SumTree.StartOfShare(parts, rank + 1, ranks.Size) - SumTree.StartOfShare(parts, rank, ranks.Size));
        var total = default(SequenceScore);
        ranks.All = RankRequests.None;
        for (var i = 0; i < parts + ranks.Size; i++)
        {
            total += _all[i].Score;
            ranks.All |= _all[i].Requests;
        }

        return total;
    }
}
