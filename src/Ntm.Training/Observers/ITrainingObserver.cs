namespace Ntm.Training;

/// <summary>
/// Receives callbacks while a model is trained. Implement the callbacks you need, and add the observer to <see cref="Trainer.Observers"/>. All calls are made
/// one at a time and between updates, on the training's thread; only the checkpoint that a cancellation writes is reported on the thread that
/// cancels. An observer that throws is logged and not called again; it does not end the training.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>The metrics that the observer needs at evaluations, besides those of <see cref="TrainingOptions.Metrics"/>. Read once, before the training
    /// starts.</summary>
    /// <value>The default implementation returns none.</value>
    IReadOnlyList<Metric> Metrics => [];

    /// <summary>Called when the training begins, or resumes from a checkpoint.</summary>
    /// <param name="training">The training.</param>
    void OnStarted(TrainingContext training)
    {
    }

    /// <summary>Called when there is a new point of the learning curve.</summary>
    /// <param name="training">The training.</param>
    /// <param name="progress">The point and related data.</param>
    void OnProgress(TrainingContext training, TrainingProgress progress)
    {
    }

    /// <summary>Called when the model was evaluated on held-out sequences.</summary>
    /// <param name="training">The training.</param>
    /// <param name="evaluation">The evaluation.</param>
    void OnEvaluated(TrainingContext training, EvaluationPoint evaluation)
    {
    }

    /// <summary>Called when a checkpoint was written, or could not be written.</summary>
    /// <param name="training">The training.</param>
    /// <param name="file">The path of the checkpoint.</param>
    /// <param name="failure">The reason why it could not be written; <see langword="null"/> if it was.</param>
    void OnCheckpoint(TrainingContext training, string file, Exception? failure)
    {
    }

    /// <summary>Called when the training diverged and returned to a checkpoint: reports about later sequences are no longer valid.</summary>
    /// <param name="training">The training, after the return.</param>
    /// <param name="divergence">The divergence.</param>
    void OnRolledBack(TrainingContext training, TrainingDivergedException divergence)
    {
    }

    /// <summary>Called when the training ended, unless by an exception.</summary>
    /// <param name="training">The training.</param>
    /// <param name="result">The result.</param>
    void OnEnded(TrainingContext training, TrainingResult result)
    {
    }
}
