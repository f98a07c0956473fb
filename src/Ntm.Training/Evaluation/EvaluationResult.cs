using System.Text.Json.Serialization;
using Ntm.Core;

namespace Ntm.Training;

/// <summary>The measured cost and errors of a model in one condition. Means are per sequence; costs are in the unit of the task's loss.</summary>
/// <param name="Name">The condition's name.</param>
/// <param name="Sequences">Held-out sequences that were measured.</param>
/// <param name="MeanCost">The cost; in JSON <c>costBits</c>.</param>
/// <param name="MeanWrong">Wrong targets; in JSON <c>wrongBits</c>.</param>
/// <param name="PerfectSequences">Sequences without a wrong target.</param>
/// <param name="MeanCount">Targets that count; in JSON <c>bitsPerSequence</c>.</param>
/// <param name="MeanOptimalCost">The cost of the best possible predictions of the same sequences, where not everything can be predicted; in JSON <c>optimalCostBits</c>.</param>
/// <param name="MeanExcessCost">The cost above that; in JSON <c>excessCostBits</c>.</param>
/// <param name="Groups">The task's groups of channels; their costs and wrong targets add up to those above.</param>
public sealed record EvaluationResult(
    string Name,
    long Sequences,
    [property: JsonPropertyName("costBits")] double MeanCost,
    [property: JsonPropertyName("wrongBits")] double MeanWrong,
    long PerfectSequences,
    [property: JsonPropertyName("bitsPerSequence")] double MeanCount,
    [property: JsonPropertyName("optimalCostBits")] double MeanOptimalCost,
    [property: JsonPropertyName("excessCostBits")] double MeanExcessCost,
    IReadOnlyList<EvaluationGroup> Groups)
{
    /// <summary>The share of the targets that count which are right; NaN if no target counts.</summary>
    [JsonIgnore]
    public double Accuracy => 1 - MeanWrong / MeanCount;

    /// <summary>The share of the sequences that have no wrong target.</summary>
    [JsonIgnore]
    public double PerfectShare => (double)PerfectSequences / Sequences;

    /// <summary>The perplexity; <see langword="null"/> for other losses than the softmax cross-entropy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double? Perplexity { get; init; }

    /// <summary>The mean of the squared error over the numbers that count; <see langword="null"/> for other losses.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double? MeanSquaredError { get; init; }

    /// <summary>The metrics that were requested, by name; <see langword="null"/> for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>The result of a score.</summary>
    /// <param name="name">The condition's name.</param>
    /// <param name="score">The score, as <see cref="Evaluator.EvaluateGroups"/> gives it.</param>
    public static EvaluationResult Of(string name, SplitScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var total = score.Total;
        return new EvaluationResult(
            name, total.Sequences, total.MeanCost, total.MeanWrong, total.PerfectSequences, total.MeanCount, total.MeanOptimalCost, total.MeanExcessCost,
            [.. score.Groups.Select(g => GroupOf(g.Name, g.Score))])
        {
            Perplexity = total.Perplexity,
            MeanSquaredError = total.MeanSquaredError,
        };
    }

    private static EvaluationGroup GroupOf(string name, SequenceScore score) =>
        new(name, score.MeanCost, score.MeanWrong, score.PerfectSequences, score.MeanCount)
        {
            Perplexity = score.Perplexity,
            MeanSquaredError = score.MeanSquaredError,
        };
}

/// <summary>The measured cost and errors of a model in one group of channels.</summary>
/// <param name="Name">The group's name.</param>
/// <param name="MeanCost">The cost; in JSON <c>costBits</c>.</param>
/// <param name="MeanWrong">Wrong targets; in JSON <c>wrongBits</c>.</param>
/// <param name="PerfectSequences">Sequences without a wrong target in the group.</param>
/// <param name="MeanCount">Targets that count; in JSON <c>bitsPerSequence</c>.</param>
public sealed record EvaluationGroup(
    string Name,
    [property: JsonPropertyName("costBits")] double MeanCost,
    [property: JsonPropertyName("wrongBits")] double MeanWrong,
    long PerfectSequences,
    [property: JsonPropertyName("bitsPerSequence")] double MeanCount)
{
    /// <summary>The share of the targets that count which are right; NaN if no target counts.</summary>
    [JsonIgnore]
    public double Accuracy => 1 - MeanWrong / MeanCount;

    /// <summary>The perplexity; <see langword="null"/> for other losses than the softmax cross-entropy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double? Perplexity { get; init; }

    /// <summary>The mean of the squared error over the numbers that count; <see langword="null"/> for other losses.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double? MeanSquaredError { get; init; }
}
