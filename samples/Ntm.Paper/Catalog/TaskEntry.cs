using System.Globalization;
using Ntm.Core;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>A task of the program: its data, settings, conditions and goals.</summary>
internal abstract class TaskEntry
{
    /// <summary>The longest sequence, in vectors, that can be requested of any task.</summary>
    public const int MostLength = 1_000_000;

    /// <summary>The most repeats that can be requested.</summary>
    public const int MostRepeats = 10_000;

    /// <summary>The most items that can be requested.</summary>
    public const int MostItems = 100_000;

    /// <summary>The most steps of a sequence: a hundred together still fit into an array.</summary>
    private const long MostSteps = 1 << 21;

    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the help.</summary>
    public abstract string Summary { get; }

    /// <summary>The task's options with their defaults.</summary>
    public abstract object CreateOptions();

    /// <summary>Sets options that follow others where they are not given.</summary>
    /// <param name="options">The task's options.</param>
    /// <param name="isGiven">Whether a setting is given, by its key.</param>
    public virtual void Complete(object options, Func<string, bool> isGiven)
    {
    }

    /// <summary>The settings without which the task's data are not there, by their keys. No preset has them.</summary>
    public virtual IReadOnlyList<string> Required => [];

    /// <summary>Sets what follows from the task's data, when all settings are right one by one.</summary>
    /// <exception cref="UsageException">The data are not there, or contradict the settings.</exception>
    public virtual void Settle(TrainSettings settings)
    {
    }

    /// <summary>Reads all of the task's data once, so that what is wrong with them is told before a training.</summary>
    /// <exception cref="InvalidDataException">A sequence cannot be learned; the message names the file, the place and the value.</exception>
    public virtual void Check(SequenceTask task)
    {
    }

    /// <summary>The loss that a model is trained with.</summary>
    public virtual LossKind LossOf(TrainSettings settings) => LossKind.BinaryCrossEntropy;

    /// <summary>Whether a model's widths must be those of the task; otherwise they are those of data that may no longer be there.</summary>
    public bool HasFixedWidths => Required.Count == 0;

    /// <summary>The settings that follow others, as <see cref="Complete"/> has it: they need not be written.</summary>
    public virtual IEnumerable<string> Implied(object options) => [];

    /// <summary>The options that make sequences long, with their values.</summary>
    public abstract string Sizes(TrainSettings settings);

    /// <summary>The task as the settings have it.</summary>
    public abstract SequenceTask Create(TrainSettings settings);

    /// <summary>The time steps of the longest sequence trained on.</summary>
    public abstract long Steps(TrainSettings settings);

    /// <summary>Contradictions within the settings, as messages.</summary>
    public abstract IEnumerable<string> Violations(TrainSettings settings);

    /// <summary>Returns the conditions that an evaluation measures, in and beyond the training range.</summary>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="request">The requested sizes; empty for what the paper measures.</param>
    /// <exception cref="UsageException">The request does not apply to the task.</exception>
    public abstract IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request);

    /// <summary>The results that the paper and others report, for comparison with ours; the conditions are those of the paper's training range.</summary>
    public abstract IReadOnlyList<Comparison> Comparisons { get; }

    /// <summary>How the paper shows the task.</summary>
    public abstract PaperFigures Paper { get; }

    /// <summary>The sequence that figures show: the requested sizes, and those of the paper for the rest.</summary>
    /// <param name="asked">The requested sizes.</param>
    public virtual EvaluationRequest Illustration(EvaluationRequest asked) => asked;

    /// <summary>The message if a maximum is below its minimum.</summary>
    protected static IEnumerable<string> Ordered(string minOption, int min, string maxOption, int max)
    {
        if (max < min)
            yield return $"{maxOption} is {max}; it must be at least {minOption}, which is {min}.";
    }

    /// <summary>The message if sequences have too many steps.</summary>
    /// <param name="options">The options that make them long, with their values.</param>
    /// <param name="steps">Their steps.</param>
    protected static IEnumerable<string> Long(string options, long steps)
    {
        if (steps > MostSteps)
            yield return string.Create(CultureInfo.InvariantCulture, $"{options} makes sequences of {steps:N0} steps; expected at most {MostSteps:N0}.");
    }

    /// <summary>Refuses sequences of too many steps before they are made.</summary>
    /// <exception cref="UsageException">There are too many.</exception>
    protected static void RefuseLong(string options, long steps)
    {
        foreach (var message in Long(options, steps))
            throw new UsageException(message);
    }

    /// <summary>Refuses a part of a request that the task does not know.</summary>
    protected void Refuse(string option, int? value)
    {
        if (value is not null)
            throw new UsageException($"{option} does not apply to the task {Name}.");
    }
}

/// <summary>A task with its class of options.</summary>
internal abstract class TaskEntry<TOptions> : TaskEntry
    where TOptions : class, new()
{
    public override object CreateOptions() => new TOptions();

    /// <summary>The task's options in the settings.</summary>
    protected static TOptions Options(TrainSettings settings) => (TOptions)settings.Data!;
}

/// <summary>Sequences of one kind that an evaluation measures.</summary>
/// <param name="Name">Its name in tables, such as <c>length 50</c>.</param>
/// <param name="Task">Where its sequences come from.</param>
/// <param name="Steps">The time steps of its longest sequence.</param>
/// <param name="Size">Its place on an axis over conditions, such as the length; <see langword="null"/> if it has none.</param>
/// <param name="Vectors">The vectors before the answer, for tasks whose answer is all of them, so that each wants a place in the memory;
/// <see langword="null"/> for others.</param>
internal sealed record TaskCondition(string Name, SequenceTask Task, long Steps, int? Size = null, int? Vectors = null)
{
    /// <summary>Sequences computed together, unless they are long.</summary>
    private const int BatchSize = 100;

    /// <summary>The most steps of sequences computed together: more take gigabytes, and are not faster.</summary>
    private const long MostSteps = 2_000_000;

    /// <summary>The condition, as the library measures it.</summary>
    public EvaluationCondition ToCondition() => new(Name, Task) { BatchSize = (int)Math.Clamp(MostSteps / Steps, 1, BatchSize) };
}

/// <summary>The sizes that the user requests; without any, the paper's are measured.</summary>
/// <param name="Length">Vectors of a sequence, for copy and repeat copy.</param>
/// <param name="Repeats">Repeats, for repeat copy.</param>
/// <param name="Items">Items, for associative recall.</param>
internal sealed record EvaluationRequest(int? Length = null, int? Repeats = null, int? Items = null);
