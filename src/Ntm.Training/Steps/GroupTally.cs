using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Steps;

/// <summary>Adds up the scores of a task's groups of channels from logits. Only evaluations use it, so training has no extra cost.</summary>
internal sealed class GroupTally
{
    private readonly IReadOnlyList<ChannelGroup> _groups;
    private readonly SequenceScore[] _scores;
    private float[] _logits = [];

    public GroupTally(SequenceTask task)
    {
        _groups = task.ChannelGroups;
        _scores = new SequenceScore[_groups.Count];
    }

    public IReadOnlyList<GroupScore> Scores => [.. _groups.Select((group, i) => new GroupScore(group.Name, _scores[i]))];

    /// <summary>The target for the logits of the next batch.</summary>
    public Span<float> LogitsFor(BatchBuffer batch)
    {
        var count = batch.Targets.Length;
        if (_logits.Length < count)
            _logits = new float[count];
        return _logits.AsSpan(0, count);
    }

    /// <summary>Adds the batch whose logits were written last.</summary>
    public void Add(BatchBuffer batch)
    {
        for (var i = 0; i < _scores.Length; i++)
            _scores[i] += batch.Score(LogitsFor(batch), _groups[i]);
    }
}
