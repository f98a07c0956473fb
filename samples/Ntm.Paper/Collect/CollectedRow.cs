using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Collect;

/// <summary>The trainings of one combination in one rung, and their statistics.</summary>
/// <param name="trainings">The trainings; at least one.</param>
internal sealed class CollectedRow(IReadOnlyList<CollectedTraining> trainings)
{
    public int Rung => trainings[0].Training.Rung;

    /// <summary>The varied settings and their values.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Values => trainings[0].Training.Combination.Values;

    public int Count => trainings.Count;

    public SweepSummary Summary { get; } = SweepSummary.Of(trainings.Select(t => t.Outcome), s => s.CostBits is null ? null : s.Solved);

    private List<TrainingSummary> Measured { get; } = [.. trainings.Select(t => t.Outcome.Result).OfType<TrainingSummary>().Where(s => s.CostBits is not null)];

    public Spread? Cost => SpreadOf(s => s.ExcessCostBits);

    public Spread? Wrong => SpreadOf(s => s.WrongBits);

    public Spread? Sequences => SpreadOf(s => s.SequencesSeen);

    public Spread? Seconds => SpreadOf(s => s.Seconds);

    public object Record(bool withRung, bool withTimes)
    {
        var (low, high) = Summary.Solved.WilsonInterval();
        var record = new Dictionary<string, object?>();
        if (withRung)
            record["rung"] = Rung + 1;
        record["values"] = Values.ToDictionary();
        record["trainings"] = Count;
        record["solved"] = Summary.Solved.Successes;
        record["solvedOf"] = Summary.Solved.Trials;
        record["solvedLow"] = low;
        record["solvedHigh"] = high;
        record["failed"] = Summary.Failed;
        record["pending"] = Summary.Unmeasured;
        record["excessCostBits"] = Cost;
        record["wrongBits"] = Wrong;
        record["sequencesSeen"] = Sequences;
        if (withTimes)
            record["seconds"] = Seconds;
        return record;
    }

    private Spread? SpreadOf(Func<TrainingSummary, double?> value)
    {
        List<double> values = [.. Measured.Select(value).OfType<double>()];
        return values.Count > 0 ? Spread.Of(values) : null;
    }
}
