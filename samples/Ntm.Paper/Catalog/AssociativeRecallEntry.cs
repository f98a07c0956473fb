using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Catalog;

/// <summary>Associative recall, measured with more items than were trained on, as in figure 11 of the paper.</summary>
internal sealed class AssociativeRecallEntry : TaskEntry
{
    private static readonly int[] PaperItems = [6, 10, 12, 15, 20];

    public override string Name => "associative-recall";

    public override string Summary => "find the item that followed another";

    public override SequenceTask Create(TrainSettings settings) => Task(settings.MinItems, settings.MaxItems);

    public override long Steps(TrainSettings settings) => StepsOf(settings.MaxItems);

    public override IEnumerable<string> Violations(TrainSettings settings) =>
        Ordered("--min-items", settings.MinItems, "--max-items", settings.MaxItems);

    public override IReadOnlyList<EvaluationCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        if (request.Items is { } only)
            return [At(only)];
        return [new EvaluationCondition($"{settings.MinItems} to {settings.MaxItems} items", Create(settings), Steps(settings)), .. PaperItems.Select(At)];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("2 to 6 items", Measure.Cost, null, "near 0 after 30,000 to 50,000 sequences", ""),
        new("2 to 6 items", Measure.WrongBits, Limit.Zero, "", "0"),
        new("10 items", Measure.WrongBits, Limit.Zero, "0 (feedforward), 1.8 (LSTM controller), as cost", "0"),
        new("15 items", Measure.WrongBits, Limit.Below(0.5), "below 1, 4.8, as cost", "7.4"),
        new("20 items", Measure.WrongBits, Limit.Below(4), "8, 7, as cost", "8.5"),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 10, Memory = 12, IsLogarithmic = true, SizeAxis = "items", SizeFigure = 11 };

    public override EvaluationRequest Illustration(EvaluationRequest asked) => asked with { Items = asked.Items ?? 6 };

    private static EvaluationCondition At(int items) => items >= 2
        ? new EvaluationCondition($"{items} items", Task(items, items), StepsOf(items), items)
        : throw new UsageException($"--items is {items}; it must be at least 2.");

    /// <summary>Four for each item, five for the query, three for the answer.</summary>
    private static long StepsOf(int items) => 4L * items + 8;

    private static AssociativeRecallTask Task(int min, int max) => new(new AssociativeRecallOptions { MinItems = min, MaxItems = max });
}
