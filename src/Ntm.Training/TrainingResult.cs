using Ntm.Core;

namespace Ntm.Training;

/// <summary>The outcome of a training.</summary>
public enum TrainingOutcome
{
    /// <summary>All sequences were trained on.</summary>
    Completed,

    /// <summary>Evaluations reached the task's goal.</summary>
    Solved,

    /// <summary>The training was cancelled.</summary>
    Cancelled,

    /// <summary>An observer ended the training, see <see cref="TrainingContext.Stop"/>.</summary>
    Stopped,
}

/// <summary>The result of a training.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="SequencesSeen">The number of sequences trained on.</param>
/// <param name="Seconds">The number of seconds of training, without evaluations.</param>
/// <param name="History">The learning curve.</param>
/// <param name="Evaluations">The evaluations on held-out sequences.</param>
/// <param name="StopReason">The reason of the observer that ended it, if one did.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome, long SequencesSeen, double Seconds, IReadOnlyList<TrainingPoint> History, IReadOnlyList<EvaluationPoint> Evaluations,
    string? StopReason = null)
{
    /// <summary>The last evaluation on held-out sequences, if there was one.</summary>
    public SequenceScore? Evaluation => Evaluations.Count > 0 ? Evaluations[^1].Score : null;
}
