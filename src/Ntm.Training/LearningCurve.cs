using Ntm.Core;

namespace Ntm.Training;

/// <summary>Collects the scores of batches into the points of a learning curve.</summary>
internal sealed class LearningCurve(long interval)
{
    private const double Decay = 0.9;

    private readonly List<TrainingPoint> _points = [];
    private double _smoothed;
    private double _weight;

    /// <summary>The points so far.</summary>
    public IReadOnlyList<TrainingPoint> Points => _points;

    /// <summary>The score since the last point.</summary>
    public SequenceScore Sum { get; set; }

    /// <summary>The mean cost, with more weight on recent points.</summary>
    public double SmoothedCost => _smoothed / _weight;

    /// <summary>Adds a batch.</summary>
    public void Add(SequenceScore score) => Sum += score;

    /// <summary>Adds a point if one is due.</summary>
    /// <param name="seen">The number of sequences trained on.</param>
    /// <param name="seconds">The number of seconds of training.</param>
    /// <param name="last">Whether the training ends here, so that a shorter last point is due as well.</param>
    public TrainingPoint? MakePoint(long seen, double seconds, bool last)
    {
        var due = Sum.Sequences >= interval || (last && Sum.Sequences > 0);
        if (!due)
            return null;
        var point = new TrainingPoint(seen, Sum.MeanCost, Sum.MeanWrong, seconds);
        Append(point);
        Sum = default;
        return point;
    }

    /// <summary>Restores an earlier state of a curve.</summary>
    public void Restore(IEnumerable<TrainingPoint> points, SequenceScore sum)
    {
        _points.Clear();
        (_smoothed, _weight) = (0, 0);
        foreach (var point in points)
            Append(point);
        Sum = sum;
    }

    private void Append(TrainingPoint point)
    {
        _points.Add(point);
        _smoothed = Decay * _smoothed + (1 - Decay) * point.MeanCost;
        _weight = Decay * _weight + (1 - Decay);
    }
}
