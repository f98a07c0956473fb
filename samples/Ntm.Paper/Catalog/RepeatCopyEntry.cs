using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Repeat copy, measured as in figure 8 of the paper: twice the length, twice the repeats.</summary>
internal sealed class RepeatCopyEntry : TaskEntry<RepeatCopyOptions>
{
    private const int LongestRepeated = 100_000;
    private const string TrainingMinRepeats = "training-min-repeats";
    private const string TrainingMaxRepeats = "training-max-repeats";

    public override string Name => "repeat-copy";

    public override string Summary => "write a sequence back a given number of times";

    /// <inheritdoc />
    /// <remarks>The number of repeats is normalised over those that are trained on.</remarks>
    public override void Complete(object options, Func<string, bool> isGiven)
    {
        var own = (RepeatCopyOptions)options;
        if (!isGiven(TrainingMinRepeats))
            own.TrainingMinRepeats = own.MinRepeats;
        if (!isGiven(TrainingMaxRepeats))
            own.TrainingMaxRepeats = own.MaxRepeats;
    }

    public override IEnumerable<string> Implied(object options)
    {
        var own = (RepeatCopyOptions)options;
        if (own.TrainingMinRepeats == own.MinRepeats)
            yield return TrainingMinRepeats;
        if (own.TrainingMaxRepeats == own.MaxRepeats)
            yield return TrainingMaxRepeats;
    }

    public override SequenceTask Create(TrainSettings settings) => new RepeatCopyTask(Options(settings));

    public override string Sizes(TrainSettings settings) => $"--max-length {Options(settings).MaxLength} with --max-repeats {Options(settings).MaxRepeats}";

    public override long Steps(TrainSettings settings) => StepsOf(Options(settings).MaxLength, Options(settings).MaxRepeats);

    public override IEnumerable<string> Violations(TrainSettings settings)
    {
        var options = Options(settings);
        foreach (var violation in Ordered("--min-length", options.MinLength, "--max-length", options.MaxLength))
            yield return violation;
        foreach (var violation in Ordered("--min-repeats", options.MinRepeats, "--max-repeats", options.MaxRepeats))
            yield return violation;
        // A single number has no deviation to normalise by.
        if (options.TrainingMaxRepeats > options.TrainingMinRepeats)
            yield break;
        yield return (options.TrainingMinRepeats, options.TrainingMaxRepeats) == (options.MinRepeats, options.MaxRepeats)
            ? $"--max-repeats is {options.MaxRepeats}; it must be above --min-repeats, which is {options.MinRepeats}."
            : $"--{TrainingMaxRepeats} is {options.TrainingMaxRepeats}; it must be above --{TrainingMinRepeats}, which is {options.TrainingMinRepeats}.";
    }

    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--items", request.Items);
        var options = Options(settings);
        if (request is not { Length: null, Repeats: null })
            return [At(options, request.Length ?? options.MaxLength, request.Repeats ?? options.MaxRepeats)];
        var range = new TaskCondition(
            $"length {options.MinLength} to {options.MaxLength}, {options.MinRepeats} to {options.MaxRepeats} times", Create(settings), Steps(settings), Vectors: options.MaxLength + 1);
        return [range, At(options, 10, 10), At(options, 20, 10), At(options, 10, 20)];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("length 1 to 10, 1 to 10 times", BitMeasure.Cost, null, "near 0", ""),
        new("length 1 to 10, 1 to 10 times", BitMeasure.WrongBits, Limit.Zero, "", "0"),
        new("length 20, 10 times", BitMeasure.WrongBits, Limit.Below(5), "nearly perfect", "240"),
        new("length 10, 20 times", BitMeasure.WrongBitsIn("data"), Limit.Below(5), "right", "694, end marker included"),
        new("length 10, 20 times", BitMeasure.WrongBitsIn("end marker"), null, "wrong beyond 11 repeats", ""),
    ];

    public override PaperFigures Paper { get; } = new()
    {
        LearningCurve = 7,
        Memory = 9,
        IsLogarithmic = true,
        Answers =
        [
            new("length-20", "length 20, 10 times", [new(Length: 20, Repeats: 10)], "the left half of figure 8"),
            new("repeats-20", "length 10, 20 times", [new(Length: 10, Repeats: 20)], "the right half of figure 8"),
        ],
    };

    public override EvaluationRequest Illustration(EvaluationRequest asked) => asked with { Length = asked.Length ?? 10, Repeats = asked.Repeats ?? 10 };

    private static TaskCondition At(RepeatCopyOptions options, int length, int repeats)
    {
        if (length > LongestRepeated)
            throw new UsageException($"--length is {length}; it must be at most {LongestRepeated} for the task repeat-copy.");
        RefuseLong($"--length {length} with --repeats {repeats}", StepsOf(length, repeats));
        return new TaskCondition($"length {length}, {repeats} times", Task(options, length, repeats), StepsOf(length, repeats), Vectors: length + 1);
    }

    /// <summary>The vectors, the delimiter, the repeats, the end marker.</summary>
    private static long StepsOf(int length, int repeats) => length + 1 + (long)length * repeats + 1;

    private static RepeatCopyTask Task(RepeatCopyOptions options, int length, int repeats) => new(new RepeatCopyOptions
    {
        Width = options.Width,
        MinLength = length,
        MaxLength = length,
        MinRepeats = repeats,
        MaxRepeats = repeats,
        TrainingMinRepeats = options.TrainingMinRepeats,
        TrainingMaxRepeats = options.TrainingMaxRepeats,
    });
}
