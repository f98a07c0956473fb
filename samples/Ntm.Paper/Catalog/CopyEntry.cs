using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Copy, measured at the lengths of figures 4 and 5 of the paper.</summary>
internal sealed class CopyEntry : TaskEntry<CopyOptions>
{
    private static readonly int[] PaperLengths = [10, 20, 30, 50, 80, 120];

    public override string Name => "copy";

    public override string Summary => "write a sequence of random vectors back";

    public override SequenceTask Create(TrainSettings settings) => new CopyTask(Options(settings));

    public override string Sizes(TrainSettings settings) => $"--max-length {Options(settings).MaxLength}";

    public override long Steps(TrainSettings settings) => StepsOf(Options(settings).MaxLength);

    public override IEnumerable<string> Violations(TrainSettings settings) =>
        Ordered("--min-length", Options(settings).MinLength, "--max-length", Options(settings).MaxLength);

    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        var options = Options(settings);
        if (request.Length is { } only)
            return [At(only)];
        var range = new TaskCondition($"length {options.MinLength} to {options.MaxLength}", Create(settings), Steps(settings), Vectors: options.MaxLength + 1);
        return [range, .. PaperLengths.Select(At)];

        TaskCondition At(int length) =>
            new($"length {length}", new CopyTask(new CopyOptions { Width = options.Width, MinLength = length, MaxLength = length }), StepsOf(length), length, length + 1);
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("length 1 to 20", BitMeasure.Cost, Limit.Below(0.01), "about 0.1 after 100,000 sequences", ""),
        new("length 1 to 20", BitMeasure.WrongBits, Limit.Zero, "", "0 at length 20"),
        new("length 50", BitMeasure.WrongBits, null, "", "0"),
        new("length 80", BitMeasure.WrongBits, Limit.Zero, "", "3.0"),
        new("length 120", BitMeasure.WrongBits, Limit.Below(1), "one vector twice, the rest shifted", "6.4 at length 119"),
    ];

    public override PaperFigures Paper { get; } = new()
    {
        LearningCurve = 3,
        Memory = 6,
        IsLogarithmic = true,
        Answers =
        [
            new("lengths", "lengths 10 to 50", [new(Length: 10), new(Length: 20), new(Length: 30), new(Length: 50)], "the top rows of figure 4 (NTM) and of figure 5 (LSTM)"),
            new("length-120", "length 120", [new(Length: 120)], "the bottom rows of figures 4 and 5"),
        ],
        SizeAxis = "length",
    };

    public override EvaluationRequest Illustration(EvaluationRequest asked) => asked with { Length = asked.Length ?? 20 };

    /// <summary>The vectors, the delimiter, and the vectors again.</summary>
    private static long StepsOf(int length) => 2L * length + 1;
}
