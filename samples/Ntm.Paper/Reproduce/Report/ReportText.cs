using System.Globalization;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>Words and numbers as page and Markdown both have them.</summary>
internal static class ReportText
{
    public const string Title = "Neural Turing Machines, reproduced";

    public const string Program = "dotnet run -c Release --project samples/Ntm.Paper --";

    public static string Number(double? value) => value switch
    {
        null => "–",
        0 => "0",
        >= 1000 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        { } number => TrainingReporter.Number(number),
    };

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => TrainingReporter.Duration(TimeSpan.FromSeconds(seconds));

    public static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    /// <summary>Best, median and worst; one number if there is one only.</summary>
    public static string Of(Spread spread, Func<double, string> number) =>
        spread.Best == spread.Worst ? number(spread.Median) : $"{number(spread.Median)} ({number(spread.Best)} to {number(spread.Worst)})";

    /// <summary>How many of all, with the Wilson interval of the probability at a confidence of 95 %.</summary>
    public static string Of(Proportion proportion)
    {
        var (low, high) = proportion.WilsonInterval();
        return string.Create(CultureInfo.InvariantCulture, $"{proportion.Successes} of {proportion.Trials} ({100 * low:0} to {100 * high:0} %)");
    }

    /// <summary>The conditions of a task that its architectures' seeds were measured in, in their order.</summary>
    public static IReadOnlyList<string> Conditions(TaskReport task) =>
        [.. task.Architectures.SelectMany(a => a.Seeds?.Conditions ?? []).Select(c => c.Name).Distinct()];

    /// <summary>How the seeds of an architecture came out in a condition.</summary>
    public static string Of(ArchitectureReport architecture, string condition) =>
        architecture.Seeds?.Conditions?.FirstOrDefault(c => c.Name == condition) is { } found
            ? $"{Of(found.WrongBits, v => Number(v))}; none in {found.WithoutError} of {architecture.Seeds.Trainings.Count}"
            : "–";

    /// <summary>Whether a goal is reached, in words; none where there is no goal.</summary>
    public static string Reached(bool? isReached) => isReached switch
    {
        true => "reached",
        false => "missed",
        null => "",
    };

    /// <summary>The introduction of the report.</summary>
    public static IEnumerable<string> Introduction(PaperReport report)
    {
        yield return "The five tasks of Graves, Wayne and Danihelka, Neural Turing Machines (2014), learned from scratch by three architectures: Neural Turing Machines with an LSTM controller (ntm-lstm) and with a feedforward controller (ntm-ff), and the LSTM network that the paper compares them with (lstm).";
        yield return "Cost is the cross-entropy in bits per sequence, which the paper plots; wrong bits are those on the wrong side of one half. All numbers are means over "
            + $"{Count(report.EvaluationSequences)} held-out sequences that neither training nor the choice among models has seen. Of several models of an architecture the one is shown that is best on other held-out sequences.";
        yield return $"Budget '{report.Budget}': {report.BudgetSummary} Computed on {report.Machine}; all trainings together took {Seconds(report.TrainingSeconds)}.";
    }
}
