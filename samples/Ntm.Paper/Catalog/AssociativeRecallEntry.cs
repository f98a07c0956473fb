using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Associative recall, measured with more items than were trained on, as in figure 11 of the paper.</summary>
internal sealed class AssociativeRecallEntry : TaskEntry<AssociativeRecallOptions>
{
    private static readonly int[] PaperItems = [6, 10, 12, 15, 20];

    public override string Name => "associative-recall";

    public override string Summary => "find the item that followed another";

    public override SequenceTask Create(TrainSettings settings) => new AssociativeRecallTask(Options(settings));

    public override string Sizes(TrainSettings settings) => $"--max-items {Options(settings).MaxItems} with --item-length {Options(settings).ItemLength}";

    public override long Steps(TrainSettings settings) => StepsOf(Options(settings), Options(settings).MaxItems);

    public override IEnumerable<string> Violations(TrainSettings settings) =>
        Ordered("--min-items", Options(settings).MinItems, "--max-items", Options(settings).MaxItems);

    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        var options = Options(settings);
        if (request.Items is { } only)
            return [At(options, only)];
        return [new TaskCondition($"{options.MinItems} to {options.MaxItems} items", Create(settings), Steps(settings)), .. PaperItems.Select(items => At(options, items))];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("2 to 6 items", BitMeasure.Cost, null, "near 0 after 30,000 to 50,000 sequences", ""),
        new("2 to 6 items", BitMeasure.WrongBits, Limit.Zero, "", "0"),
        new("10 items", BitMeasure.WrongBits, Limit.Zero, "0 (feedforward), 1.8 (LSTM controller), as cost", "0"),
        new("15 items", BitMeasure.WrongBits, Limit.Below(0.5), "below 1, 4.8, as cost", "7.4"),
        new("20 items", BitMeasure.WrongBits, Limit.Below(4), "8, 7, as cost", "8.5"),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 10, Memory = 12, IsLogarithmic = true, SizeAxis = "items", SizeFigure = 11 };

    public override EvaluationRequest Illustration(EvaluationRequest asked) => asked with { Items = asked.Items ?? 6 };

    private static TaskCondition At(AssociativeRecallOptions options, int items)
    {
        if (items < 2)
            throw new UsageException($"--items is {items}; it must be at least 2.");
        RefuseLong($"--items {items} with items of {options.ItemLength}", StepsOf(options, items));
        var task = new AssociativeRecallTask(new AssociativeRecallOptions { Width = options.Width, ItemLength = options.ItemLength, MinItems = items, MaxItems = items });
        return new TaskCondition($"{items} items", task, StepsOf(options, items), items);
    }

    /// <summary>For each item its vectors and a delimiter, the same for the query and another delimiter, and the answer.</summary>
    private static long StepsOf(AssociativeRecallOptions options, int items) => (options.ItemLength + 1L) * items + 2L * options.ItemLength + 2;
}
