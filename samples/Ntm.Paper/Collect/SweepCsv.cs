using System.Globalization;
using System.Text;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Collect;

/// <summary>A line for each training of a sweep, for spreadsheets and data frames (RFC 4180, lines end with LF).</summary>
internal static class SweepCsv
{
    private static readonly (string Name, Func<TrainingSummary, object?> Value)[] Columns =
    [
        ("outcome", s => s.Outcome), ("solved", s => s.Solved ? 1 : 0), ("sequences", s => s.SequencesSeen), ("cost", s => s.CostBits),
        ("excess_cost", s => s.ExcessCostBits), ("wrong", s => s.WrongBits),
    ];

    private static readonly (string Name, Func<TrainingSummary, object?> Value) Seconds = ("seconds", s => s.Seconds);

    /// <param name="sweep">The sweep.</param>
    /// <param name="withTimes">Whether it has seconds.</param>
    public static string Of(CollectedSweep sweep, bool withTimes)
    {
        var columns = withTimes ? [.. Columns, Seconds] : Columns;
        var text = new StringBuilder();
        Line(["training", .. sweep.IsHalving ? (string[])["rung"] : [], .. sweep.Varied, "seed", "state", .. columns.Select(c => c.Name), "reason"]);
        foreach (var (training, _, outcome, state) in sweep.Trainings)
        {
            Line(
            [
                training.Name, .. sweep.IsHalving ? (object[])[training.Rung + 1] : [], .. training.Combination.Values.Select(v => v.Value), training.Settings.Seed, state,
                .. columns.Select(c => outcome.Result is { } summary ? c.Value(summary) : null), outcome.Failure?.Message,
            ]);
        }

        return text.ToString();

        void Line(IEnumerable<object?> cells) => text.Append(string.Join(',', cells.Select(Cell))).Append('\n');
    }

    private static string Cell(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
