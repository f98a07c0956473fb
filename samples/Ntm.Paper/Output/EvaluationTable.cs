using System.Globalization;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Output;

/// <summary>The table of an evaluation for people: a line for each condition.</summary>
internal static class EvaluationTable
{
    public static Table Of(string task, IReadOnlyList<(string Name, SplitScore Score)> results)
    {
        // Where nothing better than a guess is possible, the optimum says how good a guess can be.
        var optimum = results.Any(r => r.Score.Total.OptimalBitSum > 0);
        string[] groups = [.. results[0].Score.Groups.Select(g => g.Name)];
        var split = groups.Length > 1;
        List<string> numbers =
        [
            "cost, bits",
            .. optimum ? ["optimal cost", "above it"] : Array.Empty<string>(),
            "wrong bits",
            "of",
            .. split ? groups.Select(g => $"wrong in {g}") : [],
            "without an error",
        ];
        var table = new Table().Border(TableBorder.Simple).AddColumn(task);
        foreach (var number in numbers)
            table.AddColumn(new TableColumn(number).RightAligned());
        foreach (var (name, score) in results)
            table.AddRow([name, .. Row(score, optimum, split)]);
        return table;
    }

    private static IEnumerable<string> Row(SplitScore score, bool optimum, bool split)
    {
        var total = score.Total;
        yield return TrainingReporter.Number(total.CostBits);
        if (optimum)
        {
            yield return TrainingReporter.Number(total.OptimalCostBits);
            yield return TrainingReporter.Number(total.ExcessCostBits);
        }

        yield return TrainingReporter.Number(total.WrongBits);
        yield return total.BitsPerSequence.ToString("N0", CultureInfo.InvariantCulture);
        if (split)
        {
            foreach (var group in score.Groups)
                yield return TrainingReporter.Number(group.Score.WrongBits);
        }

        yield return $"{total.PerfectSequences:N0} of {total.Sequences:N0}";
    }
}
