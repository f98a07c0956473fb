using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Catalog;

/// <summary>Dynamic N-grams, measured beside the optimal predictor on the same sequences, as in figure 13 of the paper.</summary>
internal sealed class NGramEntry : TaskEntry<NGramOptions>
{
    public override string Name => "ngram";

    public override string Summary => "predict the bits of a random 6-gram source";

    public override SequenceTask Create(TrainSettings settings) => new NGramTask(Options(settings));

    public override string Sizes(TrainSettings settings) => $"--bits {Options(settings).Bits}";

    /// <summary>Every bit but the last, which is only predicted.</summary>
    public override long Steps(TrainSettings settings) => Options(settings).Bits - 1L;

    public override IEnumerable<string> Violations(TrainSettings settings)
    {
        if (Options(settings) is { } options && options.Bits <= options.N)
            yield return $"--bits is {options.Bits}; it must be above --n, which is {options.N}.";
    }

    public override IReadOnlyList<TaskCondition> Conditions(TrainSettings settings, EvaluationRequest request)
    {
        Refuse("--length", request.Length);
        Refuse("--repeats", request.Repeats);
        Refuse("--items", request.Items);
        return [new TaskCondition($"{Options(settings).Bits} bits", Create(settings), Steps(settings))];
    }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("200 bits", BitMeasure.ExcessCost, Limit.Below(0.5), "0.5 to 1", ""),
    ];

    public override PaperFigures Paper { get; } = new() { LearningCurve = 13, Memory = 15 };
}
