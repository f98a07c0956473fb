using Ntm.Paper.Draw;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Train;

/// <summary>Tells how the seeds of a sweep spread: a table, a record in the sweep's folder and for <c>--json</c>, and a figure with all curves.</summary>
/// <param name="settings">The settings.</param>
/// <param name="folder">The sweep's folder.</param>
/// <param name="terminal">Where it is shown.</param>
internal sealed class SweepReport(TrainSettings settings, RunFolder folder, Terminal terminal)
{
    private const string FileName = "sweep.json";

    /// <param name="outcomes">What became of every seed, with the folder of its training.</param>
    public void Tell(IReadOnlyList<(SeedOutcome Outcome, RunFolder Folder)> outcomes)
    {
        List<SeedOutcome> all = [.. outcomes.Select(o => o.Outcome)];
        List<TrainingSummary> measured = [.. all.Select(o => o.Measured).OfType<TrainingSummary>()];
        var summary = SweepSummary.Of(all.Select(o => o.Trial), s => s.CostBits is null ? null : s.Solved);
        var spreads = Spreads(measured);
        var record = new
        {
            task = settings.Task,
            architecture = SettingsJson.Name(settings.Architecture),
            solved = summary.Solved.Successes,
            failed = summary.Failed,
            unmeasured = summary.Unmeasured,
            costBits = spreads?[0].Of,
            wrongBits = spreads?[1].Of,
            sequencesSeen = spreads?[2].Of,
            seconds = spreads?[3].Of,
            seeds = all.Select(o => o.Record).ToArray(),
        };
        Try(() => RecordFile.Write(Path.Combine(folder.Path, FileName), record), FileName);
        if (spreads is not null)
            terminal.Table(SpreadTable(measured.Count, spreads));
        if (all.Exists(o => o.Measured is null))
            terminal.Table(MissingTable(all.Where(o => o.Measured is null)));
        var counts = $"Solved {record.solved} of {all.Count}, {record.failed} failed{(record.unmeasured > 0 ? $", {record.unmeasured} not yet measured" : "")}.";
        var curves = Path.Combine(folder.Path, "learning-curves");
        var isDrawn = false;
        Try(() => isDrawn = Draw(outcomes.Select(o => (o.Outcome.Seed, o.Folder)), curves), "the curves");
        terminal.Line(isDrawn ? $"{counts} Curves: {curves}.png and .svg" : counts);
        terminal.Result(record);
    }

    /// <summary>The report on the seeds does not depend on it.</summary>
    private void Try(Action write, string what)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            terminal.Line($"Could not write {what}: {e.Message}");
        }
    }

    private bool Draw(IEnumerable<(int Seed, RunFolder Folder)> trainings, string file)
    {
        List<(int Seed, IReadOnlyList<TrainingPoint> History)> curves = [];
        foreach (var (seed, training) in trainings)
            Try(() => curves.Add((seed, training.ReadHistory())), $"the curve of seed {seed}");
        curves.RemoveAll(c => c.History.Count == 0);
        if (curves.Count == 0 || LearningCurveFigure.OfSeeds(settings, [.. curves]) is not { } figure)
            return false;
        figure.SavePng($"{file}.png");
        figure.SaveSvg($"{file}.svg");
        return true;
    }

    private (string Name, Spread Of)[]? Spreads(List<TrainingSummary> measured)
    {
        if (measured.Count == 0)
            return null;
        var cost = measured.Any(r => r.CostBits != r.ExcessCostBits) ? $"cost above the optimum, {LossUnits.Of(settings).CostUnit}" : $"cost, {LossUnits.Of(settings).CostUnit}";
        return
        [
            (cost, Spread.Of(measured.Select(r => r.ExcessCostBits!.Value))),
            (LossUnits.Of(settings).WrongName, Spread.Of(measured.Select(r => r.WrongBits!.Value))),
            ("sequences", Spread.Of(measured.Select(r => (double)r.SequencesSeen))),
            ("seconds", Spread.Of(measured.Select(r => r.Seconds))),
        ];
    }

    private static Table SpreadTable(int count, (string Name, Spread Of)[] spreads)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn($"{count} {(count == 1 ? "seed" : "seeds")}");
        foreach (var column in (string[])["best", "median", "worst"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, spread) in spreads)
            table.AddRow(name, Number(spread.Best), Number(spread.Median), Number(spread.Worst));
        return table;
    }

    private static Table MissingTable(IEnumerable<SeedOutcome> outcomes)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("seed").AddColumn("").AddColumn("");
        foreach (var outcome in outcomes)
            table.AddRow(new Text(FormattableString.Invariant($"{outcome.Seed}")), new Text(outcome.Failure is null ? "" : "failed"), new Text(outcome.Reason));
        return table;
    }

    private static string Number(double value) => value >= 1000 ? FormattableString.Invariant($"{value:N0}") : TrainingReporter.Number(value);
}
