using System.Globalization;
using Ntm.Paper.Train;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Collect;

/// <summary>The table of a sweep: a row for each combination, and for each training that failed its reason.</summary>
internal static class SweepTable
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="withTimes">Whether it has seconds.</param>
    public static Table Of(CollectedSweep sweep, bool withTimes)
    {
        var table = new Table().Border(TableBorder.Simple);
        string[] names = [.. sweep.IsHalving ? (string[])["rung"] : [], .. sweep.Varied];
        string[] numbers =
        [
            "solved", "95 % interval", "excess cost, median", "worst", "sequences, median", "worst", .. withTimes ? (string[])["seconds, median", "worst"] : [], "failed", "pending",
        ];
        foreach (var name in names)
            table.AddColumn(new TableColumn(new Text(name)));
        foreach (var name in numbers)
            table.AddColumn(new TableColumn(new Text(name)).RightAligned());
        foreach (var row in sweep.Rows)
        {
            var (low, high) = row.Summary.Solved.WilsonInterval();
            string[] cells =
            [
                .. sweep.IsHalving ? (string[])[Invariant($"{row.Rung + 1}")] : [],
                .. row.Values.Select(v => v.Value),
                Invariant($"{row.Summary.Solved.Successes} of {row.Summary.Solved.Trials}"),
                row.Summary.Solved.Trials == 0 ? "" : Invariant($"{low * 100:0} to {high * 100:0} %"),
                .. Cells(row.Cost),
                .. Cells(row.Sequences, "N0"),
                .. withTimes ? Cells(row.Seconds) : [],
                Invariant($"{row.Summary.Failed}"),
                Invariant($"{row.Summary.Unmeasured}"),
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        return table;
    }

    /// <summary>The reasons of failures; <see langword="null"/> if there are none.</summary>
    public static Table? Failures(CollectedSweep sweep)
    {
        List<CollectedTraining> failed = [.. sweep.Trainings.Where(t => t.State == CollectedTraining.Failed)];
        if (failed.Count == 0)
            return null;
        var table = new Table().Border(TableBorder.Simple).AddColumn("failed").AddColumn("reason");
        foreach (var training in failed)
            table.AddRow(new Text(training.Training.Name), new Text(training.Outcome.Failure!.Message));
        return table;
    }

    private static string[] Cells(Spread? spread, string? format = null) => spread is null ? ["", ""] : [Number(spread.Median, format), Number(spread.Worst, format)];

    private static string Number(double value, string? format) => format is not null || value >= 1000
        ? value.ToString(format ?? "N0", CultureInfo.InvariantCulture)
        : TrainingReporter.Number(value);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
