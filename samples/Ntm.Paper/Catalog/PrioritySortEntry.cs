using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Catalog;

/// <summary>Priority sort: 16 of 20 vectors, as in figure 18 of the paper.</summary>
internal sealed class PrioritySortEntry : TaskEntry
{
    public override string Name => "priority-sort";

    public override string Summary => "write the 16 vectors of highest priority, highest first";

    public override SequenceTask Create(TrainSettings settings) => new PrioritySortTask();

    public override long Steps(TrainSettings settings) => 36;

    public override IEnumerable<string> Violations(TrainSettings settings) => [];

    public override IReadOnlyList<EvaluationCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        return [new EvaluationCondition("16 of 20", Create(settings), Steps(settings))];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("16 of 20", Measure.Cost, Limit.Below(10), "18 (LSTM controller), 20 (feedforward) after 1,000,000 sequences", "columns sorted one by one"),
        new("16 of 20", Measure.WrongBits, null, "", ""),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 18, Memory = 17 };
}
