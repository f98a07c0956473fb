using Ntm.Core;

namespace Ntm.Paper.OwnData;

/// <summary>The metrics of a model on the user's sequences, as JSON has them.</summary>
/// <param name="Sequences">The number of sequences.</param>
/// <param name="Loss">The mean loss of a target that counts: in nats for the cross-entropies, as torch has it, in squared units for the squared error.</param>
/// <param name="Accuracy">The share of the targets that are right; unknown for the squared error.</param>
/// <param name="Perplexity">The perplexity; unknown for other losses than the softmax cross-entropy.</param>
/// <param name="MeanSquaredError">The mean squared error; unknown for other losses than the squared error.</param>
/// <param name="Cost">The mean cost of a sequence: in bits for the cross-entropies, in squared units for the squared error.</param>
/// <param name="Wrong">The mean number of wrong targets of a sequence.</param>
/// <param name="Targets">The mean number of targets of a sequence that count.</param>
/// <param name="PerfectSequences">The number of sequences without a wrong target.</param>
internal sealed record DataMetrics(
    long Sequences, double Loss, double? Accuracy, double? Perplexity, double? MeanSquaredError, double Cost, double Wrong, double Targets, long PerfectSequences)
{
    public static DataMetrics Of(SequenceScore score) => new(
        score.Sequences, score.LossSum / score.CountSum, score.Loss == LossKind.SquaredError ? null : score.Accuracy, score.Perplexity, score.MeanSquaredError,
        score.MeanCost, score.MeanWrong, score.MeanCount, score.PerfectSequences);
}
