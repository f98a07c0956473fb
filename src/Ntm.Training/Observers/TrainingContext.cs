using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>The state of a running training, for its observers.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(ISequenceModel model, SequenceTask task, TrainingOptions options, TrainingCheckpoint? resumedFrom) =>
        (Model, Task, Options, ResumedFrom) = (model, task, options.Clone(), resumedFrom);

    /// <summary>The model in its current state. Observers may read it but must not change it.</summary>
    public ISequenceModel Model { get; }

    /// <summary>The task.</summary>
    public SequenceTask Task { get; }

    /// <summary>The options; a copy.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The checkpoint that the training resumed from; <see langword="null"/> for a new training.</summary>
    public TrainingCheckpoint? ResumedFrom { get; }

    /// <summary>The number of sequences trained on.</summary>
    public long SequencesSeen { get; internal set; }

    /// <summary>The learning curve so far.</summary>
    public IReadOnlyList<TrainingPoint> History { get; internal set; } = [];

    /// <summary>The evaluations so far.</summary>
    public IReadOnlyList<EvaluationPoint> Evaluations { get; internal set; } = [];

    internal string? StopReason { get; private set; }

    /// <summary>Ends the training after the current update, with <see cref="TrainingOutcome.Stopped"/>. The first reason is kept.</summary>
    /// <param name="reason">The reason, for the result.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        StopReason ??= reason;
    }
}
