using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Catalog;

/// <summary>Repeat copy, measured as in figure 8 of the paper: twice the length, twice the repeats.</summary>
internal sealed class RepeatCopyEntry : TaskEntry
{
    private const int LongestRepeated = 100_000;

    public override string Name => "repeat-copy";

    public override string Summary => "write a sequence back a given number of times";

    public override SequenceTask Create(TrainSettings settings) =>
        Task(settings, settings.MinLength, settings.MaxLength, settings.MinRepeats, settings.MaxRepeats);

    public override long Steps(TrainSettings settings) => StepsOf(settings.MaxLength, settings.MaxRepeats);

    public override IEnumerable<string> Violations(TrainSettings settings)
    {
        IEnumerable<string> violations =
        [
            .. Ordered("--min-length", settings.MinLength, "--max-length", settings.MaxLength),
            .. Long($"--max-length {settings.MaxLength} with --max-repeats {settings.MaxRepeats}", Steps(settings)),
        ];
        return settings.MaxRepeats > settings.MinRepeats
            ? violations
            : [.. violations, $"--max-repeats is {settings.MaxRepeats}; it must be above --min-repeats, which is {settings.MinRepeats}."];
    }

    public override IReadOnlyList<EvaluationCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--items", request.Items);
        if (request is not { Length: null, Repeats: null })
            return [At(settings, request.Length ?? settings.MaxLength, request.Repeats ?? settings.MaxRepeats)];
        var range = new EvaluationCondition(
            $"length {settings.MinLength} to {settings.MaxLength}, {settings.MinRepeats} to {settings.MaxRepeats} times", Create(settings), Steps(settings), Vectors: settings.MaxLength + 1);
        return [range, At(settings, 10, 10), At(settings, 20, 10), At(settings, 10, 20)];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("length 1 to 10, 1 to 10 times", Measure.Cost, null, "near 0", ""),
        new("length 1 to 10, 1 to 10 times", Measure.WrongBits, Limit.Zero, "", "0"),
        new("length 20, 10 times", Measure.WrongBits, Limit.Below(5), "nearly perfect", "240"),
        new("length 10, 20 times", Measure.WrongBitsIn("data"), Limit.Below(5), "right", "694, end marker included"),
        new("length 10, 20 times", Measure.WrongBitsIn("end marker"), null, "wrong beyond 11 repeats", ""),
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

    private static EvaluationCondition At(TrainSettings settings, int length, int repeats)
    {
        if (length > LongestRepeated)
            throw new UsageException($"--length is {length}; it must be at most {LongestRepeated} for the task repeat-copy.");
        RefuseLong($"--length {length} with --repeats {repeats}", StepsOf(length, repeats));
        return new EvaluationCondition($"length {length}, {repeats} times", Task(settings, length, length, repeats, repeats), StepsOf(length, repeats), Vectors: length + 1);
    }

    /// <summary>The vectors, the delimiter, the repeats, the end marker.</summary>
    private static long StepsOf(int length, int repeats) => length + 1 + (long)length * repeats + 1;

    private static RepeatCopyTask Task(TrainSettings settings, int minLength, int maxLength, int minRepeats, int maxRepeats) => new(new RepeatCopyOptions
    {
        MinLength = minLength,
        MaxLength = maxLength,
        MinRepeats = minRepeats,
        MaxRepeats = maxRepeats,
        TrainingMinRepeats = settings.MinRepeats,
        TrainingMaxRepeats = settings.MaxRepeats,
    });
}
