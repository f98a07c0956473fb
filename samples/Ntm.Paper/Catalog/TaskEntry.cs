using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Catalog;

/// <summary>What the program knows of a task beyond its data.</summary>
internal abstract class TaskEntry
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the help.</summary>
    public abstract string Summary { get; }

    /// <summary>The task as the settings have it.</summary>
    public abstract SequenceTask Create(TrainSettings settings);

    /// <summary>What the settings contradict themselves in, as messages.</summary>
    public abstract IEnumerable<string> Violations(TrainSettings settings);

    /// <summary>What an evaluation measures, in and beyond the training range.</summary>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="request">What is wanted; empty for what the paper measures.</param>
    /// <exception cref="UsageException">The request does not apply to the task.</exception>
    public abstract IReadOnlyList<EvaluationCondition> Conditions(TrainSettings settings, EvaluationRequest request);

    /// <summary>What the paper and others report, beside which ours is put; the conditions are those of the paper's training range.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>How the paper shows the task.</summary>
    public abstract PaperFigures Paper { get; }

    /// <summary>The sequence that figures show: what is asked for, the rest as the paper shows it.</summary>
    /// <param name="asked">What the user asked for.</param>
    public virtual EvaluationRequest Illustration(EvaluationRequest asked) => asked;

    /// <summary>The message if a maximum is below its minimum.</summary>
    protected static IEnumerable<string> Ordered(string minOption, int min, string maxOption, int max)
    {
        if (max < min)
            yield return $"{maxOption} is {max}; it must be at least {minOption}, which is {min}.";
    }

    /// <summary>Refuses a part of a request that the task does not know.</summary>
    protected void Refuse(string option, int? value)
    {
        if (value is not null)
            throw new UsageException($"{option} does not apply to the task {Name}.");
    }
}

/// <summary>Sequences of one kind that an evaluation measures.</summary>
/// <param name="Name">Its name in tables, such as <c>length 50</c>.</param>
/// <param name="Task">Where its sequences come from.</param>
/// <param name="Size">Its place on an axis over conditions, such as the length; <see langword="null"/> if it has none.</param>
internal sealed record EvaluationCondition(string Name, SequenceTask Task, int? Size = null);
