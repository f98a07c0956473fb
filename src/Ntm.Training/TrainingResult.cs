using Ntm.Core;

namespace Ntm.Training;

/// <summary>How a training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All sequences were trained on.</summary>
    Completed,

    /// <summary>An evaluation reached the task's goal.</summary>
    Solved,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>An observer ended it, see <see cref="TrainingContext.Stop"/>.</summary>
    Stopped,
}

/// <summary>What a training gave.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="SequencesSeen">Sequences trained on.</param>
/// <param name="Seconds">Seconds of training, evaluations left out.</param>
/// <param name="History">The learning curve.</param>
/// <param name="Evaluations">The evaluations on held-out sequences.</param>
/// <param name="StopReason">Why an observer ended it, if one did.</param>
public sealed record TrainingResult(
    TrainingOutcome Outcome, long SequencesSeen, double Seconds, IReadOnlyList<TrainingPoint> History, IReadOnlyList<EvaluationPoint> Evaluations,
    string? StopReason = null)
{
    /// <summary>The last evaluation on held-out sequences, if there was one.</summary>
    public SequenceScore? Evaluation => Evaluations.Count > 0 ? Evaluations[^1].Score : null;
}
