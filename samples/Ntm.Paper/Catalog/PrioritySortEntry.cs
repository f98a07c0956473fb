using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Priority sort: 16 of 20 vectors, as in figure 18 of the paper.</summary>
internal sealed class PrioritySortEntry : TaskEntry<PrioritySortOptions>
{
    public override string Name => "priority-sort";

    public override string Summary => "write the 16 vectors of highest priority, highest first";

    public override SequenceTask Create(TrainSettings settings) => new PrioritySortTask(Options(settings));

    public override string Sizes(TrainSettings settings) => $"--inputs {Options(settings).Inputs} with --outputs {Options(settings).Outputs}";

    public override long Steps(TrainSettings settings) => (long)Options(settings).Inputs + Options(settings).Outputs;

    public override IEnumerable<string> Violations(TrainSettings settings)
    {
        if (Options(settings) is { } options && options.Outputs > options.Inputs)
            yield return $"--outputs is {options.Outputs}; it must be at most --inputs, which is {options.Inputs}.";
    }

    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        return [new TaskCondition($"{Options(settings).Outputs} of {Options(settings).Inputs}", Create(settings), Steps(settings))];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("16 of 20", BitMeasure.Cost, Limit.Below(10), "18 (LSTM controller), 20 (feedforward) after 1,000,000 sequences", "columns sorted one by one"),
        new("16 of 20", BitMeasure.WrongBits, null, "", ""),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 18, Memory = 17 };
}
