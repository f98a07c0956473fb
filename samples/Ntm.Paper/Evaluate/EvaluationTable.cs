using System.Globalization;
using Ntm.Paper.Train;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Evaluate;

/// <summary>The table of an evaluation for people: a line for each condition.</summary>
internal static class EvaluationTable
{
    public static Table Of(string task, IReadOnlyList<EvaluationResult> results)
    {
        // Where nothing better than a guess is possible, the optimum says how good a guess can be.
        var optimum = results.Any(r => r.MeanOptimalCost > 0);
        string[] groups = [.. results[0].Groups.Select(g => g.Name)];
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
        foreach (var result in results)
            table.AddRow([result.Name, .. Row(result, optimum, split)]);
        return table;
    }

    private static IEnumerable<string> Row(EvaluationResult result, bool optimum, bool split)
    {
        yield return TrainingReporter.Number(result.MeanCost);
        if (optimum)
        {
            yield return TrainingReporter.Number(result.MeanOptimalCost);
            yield return TrainingReporter.Number(result.MeanExcessCost);
        }

        yield return TrainingReporter.Number(result.MeanWrong);
        yield return result.MeanCount.ToString("N0", CultureInfo.InvariantCulture);
        if (split)
        {
            foreach (var group in result.Groups)
                yield return TrainingReporter.Number(group.MeanWrong);
        }

        yield return $"{result.PerfectSequences:N0} of {result.Sequences:N0}";
    }
}
