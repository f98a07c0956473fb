using Ntm.Core;

namespace Ntm.Training;

/// <summary>Ends a training that no longer improves on held-out sequences.</summary>
/// <remarks>It depends only on the evaluations so far, so a resumed training ends at the same point as an uninterrupted one.</remarks>
public sealed class EarlyStop : ITrainingObserver
{
    private readonly int _patience;
    private readonly Metric? _metric;

    /// <summary>Creates the observer.</summary>
    /// <param name="patience">The number of evaluations in a row without a new lowest cost after which the training ends; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is below 1.</exception>
    public EarlyStop(int patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        _patience = patience;
    }

    /// <summary>Creates an observer of a metric, which evaluations then compute.</summary>
    /// <param name="patience">The number of evaluations in a row that are not better than the best before them, after which the training ends; at least 1.
    /// NaN is never better.</param>
    /// <param name="metric">The metric.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is below 1.</exception>
    public EarlyStop(int patience, Metric metric)
        : this(patience)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _metric = metric;
    }

    /// <inheritdoc />
    public IReadOnlyList<Metric> Metrics => _metric is null ? [] : [_metric];

    /// <inheritdoc />
    public void OnStarted(TrainingContext training) => Look(training);

    /// <inheritdoc />
    public void OnEvaluated(TrainingContext training, EvaluationPoint evaluation) => Look(training);

    private void Look(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var metric = _metric ?? Metric.Cost;
        var (best, since) = (metric.HigherIsBetter ? double.NegativeInfinity : double.PositiveInfinity, 0);
        foreach (var evaluation in training.Evaluations)
        {
            since++;
            var value = _metric is null ? evaluation.Score.MeanCost : evaluation.Metrics[_metric.Name];
            if (metric.IsBetter(value, best))
                (best, since) = (value, 0);
        }

        if (since < _patience)
            return;
        var unit = _metric is null ? $" {ReferenceLoss.Of(training.Task.Loss).CostUnit}" : "";
        training.Stop(FormattableString.Invariant(
            $"no evaluation among the last {since} had a {(metric.HigherIsBetter ? "higher" : "lower")} {metric.Name} than {best:G4}{unit}"));
    }
}
