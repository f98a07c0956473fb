using System.Text.Json.Serialization;
using Ntm.Core;

namespace Ntm.Training;

/// <summary>A progress report during a training.</summary>
/// <param name="Point">The newest point of the learning curve.</param>
/// <param name="TotalSequences">The maximum number of sequences to train on.</param>
/// <param name="SequencesPerSecond">The rate since the previous report.</param>
/// <param name="TimeLeft">The time until <paramref name="TotalSequences"/> at this rate; at most <see cref="TimeSpan.MaxValue"/>.</param>
/// <param name="Evaluation">The newest evaluation on held-out sequences, if there was one.</param>
public sealed record TrainingProgress(
    TrainingPoint Point, long TotalSequences, double SequencesPerSecond, TimeSpan TimeLeft, SequenceScore? Evaluation)
{
    /// <summary>The mean cost, in which each point of the curve counts a tenth less than the one after it: smoothed like the paper's learning
    /// curves.</summary>
    public double SmoothedCost { get; init; }

    /// <summary>The Euclidean norm of the last batch's gradient, before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>The learning rate of the last update.</summary>
    public double LearningRate { get; init; }

    /// <summary>The number of times that the training data have been seen, with fractions; <see langword="null"/> if their number is not known or has no
    /// end.</summary>
    public double? Epoch { get; init; }

    /// <summary>The values of the training's metrics at the newest evaluation, by name; empty before the first evaluation.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = MetricValues.None;

    /// <summary>Returns how long some sequences take at a rate per second; at most the maximum of <see cref="TimeSpan"/>.</summary>
    internal static TimeSpan TimeFor(long sequences, double rate)
    {
        var seconds = sequences / rate;
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
    }
}

/// <summary>A point of the learning curve: means over the sequences since the previous point.</summary>
/// <param name="Sequences">The number of sequences trained on so far.</param>
/// <param name="MeanCost">The mean cost per sequence: in bits for the cross-entropies, in squared units for the squared error.</param>
/// <param name="MeanWrong">The mean number of wrong targets per sequence: bits, symbols or numbers.</param>
/// <param name="Seconds">The number of seconds of training so far, without evaluations.</param>
public sealed record TrainingPoint(
    long Sequences, [property: JsonPropertyName("costBits")] double MeanCost, [property: JsonPropertyName("wrongBits")] double MeanWrong, double Seconds);
