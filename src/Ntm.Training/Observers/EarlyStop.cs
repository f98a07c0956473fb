using Ntm.Core;

namespace Ntm.Training;

/// <summary>Ends a training that no longer improves on held-out sequences.</summary>
/// <remarks>It depends only on the evaluations so far, so a resumed training ends at the same point as an uninterrupted one.</remarks>
public sealed class EarlyStop : ITrainingObserver
{
    private readonly int _patience;

    /// <summary>Creates the observer.</summary>
    /// <param name="patience">The number of evaluations in a row without a new lowest cost after which the training ends; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is below 1.</exception>
    public EarlyStop(int patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        _patience = patience;
    }

    /// <inheritdoc />
    public void OnStarted(TrainingContext training) => Look(training);

    /// <inheritdoc />
    public void OnEvaluated(TrainingContext training, EvaluationPoint evaluation) => Look(training);

    private void Look(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        var (best, since) = (double.PositiveInfinity, 0);
        foreach (var evaluation in training.Evaluations)
        {
            since++;
            if (evaluation.Score.MeanCost < best)
                (best, since) = (evaluation.Score.MeanCost, 0);
        }

        if (since >= _patience)
            training.Stop(FormattableString.Invariant($"no evaluation among the last {since} had a lower cost than {best:G4} {ReferenceLoss.Of(training.Task.Loss).CostUnit}"));
    }
}
