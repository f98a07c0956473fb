using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>Gathers the scores of batches into the points of a learning curve and the progress reports that go with them.</summary>
internal sealed class LearningCurve(long interval, long totalSequences)
{
    private readonly List<TrainingPoint> _points = [];
    private SequenceScore _sum;
    private long _seen;
    private double _seconds;

    /// <summary>The points so far.</summary>
    public IReadOnlyList<TrainingPoint> Points => _points;

    /// <summary>The newest evaluation.</summary>
    public SequenceScore? Evaluation { get; set; }

    /// <summary>Adds a batch.</summary>
    public void Add(SequenceScore score, long seen, TimeSpan elapsed)
    {
        _sum += score;
        _seen = seen;
        _seconds = elapsed.TotalSeconds;
    }

    /// <summary>A point and its report, if one is due.</summary>
    /// <param name="last">Whether the training ends here, so that a shorter last point is due, too.</param>
    public TrainingProgress? Report(bool last)
    {
        var due = _sum.Sequences >= interval || (last && _sum.Sequences > 0);
        if (!due)
            return null;
        var previous = _points.Count > 0 ? _points[^1].Seconds : 0;
        var point = new TrainingPoint(_seen, _sum.CostBits, _sum.WrongBits, _seconds);
        var rate = _sum.Sequences / Math.Max(_seconds - previous, 1e-9);
        _points.Add(point);
        _sum = default;
        return new TrainingProgress(point, totalSequences, rate, TimeSpan.FromSeconds((totalSequences - _seen) / rate), Evaluation);
    }
}
