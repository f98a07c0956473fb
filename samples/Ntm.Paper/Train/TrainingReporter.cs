using System.Globalization;
using Ntm.Core;
using Ntm.Paper.Output;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>The live line of a training: how far, how good, how fast, how long.</summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="units">The units of the task's loss.</param>
internal sealed class TrainingReporter(Terminal terminal, ReferenceLoss units) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);
    private DateTime _nextLog;

    public void Report(TrainingProgress value)
    {
        var (point, evaluation) = (value.Point, value.Evaluation);
        var heldOut = evaluation is { } score ? Invariant($" | held out: cost {Cost(score)}, wrong {Number(score.MeanWrong)}") : "";
        var line = Invariant($"{point.Sequences,9:N0} of {value.TotalSequences:N0} | cost {Number(point.MeanCost)} {units.CostUnit}, wrong {Number(point.MeanWrong)}")
            + heldOut
            + Invariant($" | {value.SequencesPerSecond:N0}/s, at most {Duration(value.TimeLeft)} left");
        var now = DateTime.UtcNow;
        var keep = now >= _nextLog || point.Sequences >= value.TotalSequences;
        if (keep)
            _nextLog = now + LogInterval;
        terminal.Live(line, keep);
    }

    /// <summary>A mean cost, and where not everything can be predicted, how far above the optimum it is.</summary>
    public static string Cost(SequenceScore score) => score.OptimalCostSum > 0
        ? $"{Number(score.MeanCost)} ({Number(score.MeanExcessCost)} above the optimum)"
        : Number(score.MeanCost);

    public static string Number(double value) => value.ToString(value < 0.1 ? "0.0000" : value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? Invariant($"{(int)time.TotalHours} h {time.Minutes:00} min")
        : time.TotalMinutes >= 1 ? Invariant($"{time.Minutes} min {time.Seconds:00} s") : Invariant($"{time.TotalSeconds:0} s");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
