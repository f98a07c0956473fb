using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Catalog;

/// <summary>Dynamic N-grams, measured beside the optimal predictor on the same sequences, as in figure 13 of the paper.</summary>
internal sealed class NGramEntry : TaskEntry
{
    public override string Name => "ngram";

    public override string Summary => "predict the bits of a random 6-gram source";

    public override SequenceTask Create(TrainSettings settings) => new NGramTask();

    public override long Steps(TrainSettings settings) => 199;

    public override IEnumerable<string> Violations(TrainSettings settings) => [];

    public override IReadOnlyList<EvaluationCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        return [new EvaluationCondition("200 bits", Create(settings), Steps(settings))];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("200 bits", Measure.ExcessCost, Limit.Below(0.5), "0.5 to 1", ""),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 13, Memory = 15 };
}
