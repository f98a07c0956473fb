namespace Ntm.Training;

/// <summary>
/// Looks on while a model is trained: implement what you want to know of, and add it to <see cref="Trainer.Observers"/>. All calls come
/// one at a time and between updates, on the training's thread; only of the checkpoint that cancelling makes is told on the thread that
/// cancels. An observer that throws is logged, not called again, and does not end the training.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>The training begins, or goes on from a checkpoint.</summary>
    /// <param name="training">The training.</param>
    void OnStarted(TrainingContext training)
    {
    }

    /// <summary>There is a new point of the learning curve.</summary>
    /// <param name="training">The training.</param>
    /// <param name="progress">The point and what goes with it.</param>
    void OnProgress(TrainingContext training, TrainingProgress progress)
    {
    }

    /// <summary>The model was evaluated on held-out sequences.</summary>
    /// <param name="training">The training.</param>
    /// <param name="evaluation">The evaluation.</param>
    void OnEvaluated(TrainingContext training, EvaluationPoint evaluation)
    {
    }

    /// <summary>A checkpoint was written, or could not be.</summary>
    /// <param name="training">The training.</param>
    /// <param name="file">The checkpoint's file.</param>
    /// <param name="failure">Why it could not be written; <see langword="null"/> if it was.</param>
    void OnCheckpoint(TrainingContext training, string file, Exception? failure)
    {
    }

    /// <summary>The training diverged and returned to a checkpoint: what was reported of later sequences no longer holds.</summary>
    /// <param name="training">The training, as it stands after the return.</param>
    /// <param name="divergence">What happened.</param>
    void OnRolledBack(TrainingContext training, TrainingDivergedException divergence)
    {
    }

    /// <summary>The training ended, unless by an exception.</summary>
    /// <param name="training">The training.</param>
    /// <param name="result">What it gave.</param>
    void OnEnded(TrainingContext training, TrainingResult result)
    {
    }
}
