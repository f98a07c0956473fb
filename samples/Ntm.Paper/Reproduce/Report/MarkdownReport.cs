using System.Text;
using System.Text.RegularExpressions;

namespace Ntm.Paper.Reproduce;

/// <summary>A report as Markdown.</summary>
internal static partial class MarkdownReport
{
    /// <param name="report">The report.</param>
    /// <param name="figures">The figures, by their names, that lie beside the text; others are left out.</param>
    public static string Of(PaperReport report, Func<ReportFigure, bool> figures)
    {
        var text = new StringBuilder();
        text.AppendLine($"# {ReportText.Title}").AppendLine();
        text.AppendLine($"Written by `reproduce --budget {Code(report.Budget)}`; edit it there, not here.").AppendLine();
        foreach (var paragraph in ReportText.Introduction(report))
            text.AppendLine(Escaped(paragraph)).AppendLine();
        text.AppendLine(Goals(report));
        foreach (var task in report.Tasks)
            AppendTask(text, task, figures);
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
    }

    /// <summary>The table of all goals.</summary>
    public static string Goals(PaperReport report)
    {
        var text = new StringBuilder();
        text.AppendLine("| Task | Goal | The paper | Best of ours | |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var (task, row) in report.Tasks.SelectMany(t => t.Comparisons.Where(c => c.Goal.Length > 0).Select(c => (t, c))))
            text.AppendLine($"| {task.Name}, {row.Condition} | {row.Measure}: {row.Goal} | {ReportText.Or(row.Paper, "–")} | {ReportText.Number(row.Best)} | {Mark(row)} |");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendTask(StringBuilder text, TaskReport task, Func<ReportFigure, bool> figures)
    {
        text.AppendLine($"## {task.Name}").AppendLine().AppendLine($"The task: {task.Summary}.").AppendLine();
        string[] names = [.. task.Architectures.Select(a => a.Name)];
        text.AppendLine($"| | The paper | Public PyTorch models | {string.Join(" | ", names)} | Goal | |");
        text.AppendLine($"| --- | --- | --- | {string.Concat(names.Select(_ => "---: | "))}--- | --- |");
        foreach (var row in task.Comparisons)
        {
            text.AppendLine(
                $"| {row.Condition}: {row.Measure} | {ReportText.Or(row.Paper, "–")} | {ReportText.Or(row.PublicModels, "–")} | {string.Join(" | ", row.Ours.Select(ReportText.Number))} | {row.Goal} | {Mark(row)} |");
        }

        text.AppendLine().AppendLine("Everything that was measured, cost and wrong bits:").AppendLine();
        var conditions = task.Architectures.Select(a => a.Model).OfType<ModelReport>().FirstOrDefault()?.Results.Select(r => r.Name) ?? [];
        text.AppendLine($"| | {string.Join(" | ", names)} |").AppendLine($"| --- | {string.Join(" | ", names.Select(_ => "---:"))} |");
        foreach (var condition in conditions)
        {
            var cells = task.Architectures.Select(a => a.Model?.Results.FirstOrDefault(r => r.Name == condition)).Select(r =>
                r is null ? "–" : $"{ReportText.Number(r.MeanCost)}, {ReportText.Number(r.MeanWrong)} of {r.MeanCount:N0}");
            text.AppendLine($"| {condition} | {string.Join(" | ", cells)} |");
        }

        text.AppendLine().AppendLine("The trainings of this report, one for each seed, median (best to worst), in the training range:").AppendLine();
        text.AppendLine("| | Reach the goal (95 % interval) | Cost above the optimum | Wrong bits | Sequences | Time |").AppendLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (architecture, seeds) in task.Architectures.Where(a => a.Seeds is not null).Select(a => (a, a.Seeds!)))
        {
            text.AppendLine(
                $"| {architecture.Name} | {ReportText.Of(seeds.Solved)} | {ReportText.Of(seeds.Cost, v => ReportText.Number(v))} | {ReportText.Of(seeds.WrongBits, v => ReportText.Number(v))} | {ReportText.Of(seeds.Sequences, v => ReportText.Count((long)v))} | {ReportText.Of(seeds.Seconds, ReportText.Seconds)} |");
        }

        var measured = ReportText.Conditions(task);
        if (measured.Count > 0)
        {
            var trained = task.Architectures.Where(a => a.Seeds is not null).ToList();
            text.AppendLine().AppendLine("Wrong bits of these trainings in and beyond the training range, median (best to worst), and in how many of them there is none:").AppendLine();
            text.AppendLine($"| | {string.Join(" | ", trained.Select(a => a.Name))} |").AppendLine($"| --- | {string.Join(" | ", trained.Select(_ => "---:"))} |");
            foreach (var condition in measured)
                text.AppendLine($"| {condition} | {string.Join(" | ", trained.Select(a => ReportText.Of(a, condition)))} |");
        }

        text.AppendLine().AppendLine("Every training, as it ended, in the training range:").AppendLine();
        text.AppendLine("| Command | Cost above the optimum | Wrong bits | Sequences | Time | |").AppendLine("| --- | ---: | ---: | ---: | ---: | --- |");
        foreach (var training in task.Architectures.SelectMany(a => a.Trainings))
        {
            text.AppendLine(
                $"| `{Code(training.Command)}` | {ReportText.Number(training.ExcessCostBits)} | {ReportText.Number(training.WrongBits)} | {ReportText.Count(training.SequencesSeen)} | {ReportText.Seconds(training.Seconds)} | {ReportText.Reached(training.IsSolved)} |");
        }

        text.AppendLine().AppendLine("The models shown:").AppendLine();
        foreach (var (architecture, model) in task.Architectures.Where(a => a.Model is not null).Select(a => (a, a.Model!)))
        {
            var origin = model.IsShipped ? "comes with the program" : "trained for this report";
            text.AppendLine(
                $"- {architecture.Name}, {origin}, {ReportText.Count(model.Parameters)} parameters, {ReportText.Count(model.SequencesSeen)} sequences in {ReportText.Seconds(model.Seconds)}: `{Code(model.Command)}`");
        }

        foreach (var failure in task.Architectures.SelectMany(a => a.Failures.Select(f => $"{a.Name}, {f}")))
            text.AppendLine($"- failed: {Escaped(failure)}");
        text.AppendLine();
        foreach (var finding in task.Findings)
            AppendFinding(text, finding);
        foreach (var figure in task.Figures.Where(figures))
            text.AppendLine($"![{figure.Title}]({figure.File}.png)").AppendLine().AppendLine($"*{figure.Caption}* `{Code(figure.Command)}`").AppendLine();
    }

    private static void AppendFinding(StringBuilder text, Finding finding)
    {
        text.AppendLine($"### {finding.Title}").AppendLine().AppendLine(finding.Text).AppendLine();
        if (finding.Columns.Count == 0)
            return;
        text.AppendLine($"| {string.Join(" | ", finding.Columns)} |").AppendLine($"|{string.Concat(finding.Columns.Select(_ => " --- |"))}");
        foreach (var row in finding.Rows)
            text.AppendLine($"| {string.Join(" | ", row)} |");
        text.AppendLine();
    }

    /// <summary>A text of users, or of an error, in which nothing is HTML or Markdown.</summary>
    private static string Escaped(string text) => Special().Replace(Spaces().Replace(text, " "), special => special.Value switch
    {
        "<" => "&lt;",
        ">" => "&gt;",
        "&" => "&amp;",
        var mark => $"\\{mark}",
    });

    /// <summary>A command between backticks, in a table too.</summary>
    private static string Code(string command) => Spaces().Replace(command, " ").Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"[<>&\\`*\[\]|]|(?<!\w)_|_(?!\w)")]
    private static partial Regex Special();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private static string Mark(ComparisonRow row) => row.IsReached == false ? "**missed**" : ReportText.Reached(row.IsReached);
}
