using System.Net;
using System.Text;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Output;

namespace Ntm.Paper.Reproduce;

/// <summary>A report as one page that needs nothing beside it: its style and its figures are in it.</summary>
internal sealed class HtmlPage
{
    private readonly StringBuilder _text = new();

    private HtmlPage()
    {
    }

    /// <param name="report">The report.</param>
    /// <param name="png">The picture of a figure.</param>
    /// <param name="viewer">What a viewer shows of a task, if there is anything.</param>
    public static string Of(PaperReport report, Func<ReportFigure, byte[]> png, Func<TaskReport, ViewerData?> viewer)
    {
        var page = new HtmlPage();
        page.AppendHead(report);
        foreach (var task in report.Tasks)
            page.AppendTask(task, png, viewer(task));
        page._text.AppendLine("</main>").AppendLine("</body>").AppendLine("</html>");
        return page._text.ToString().ReplaceLineEndings("\n");
    }

    private void AppendHead(PaperReport report)
    {
        _text.AppendLine("<!DOCTYPE html>").AppendLine("<html lang=\"en\">").AppendLine("<head>").AppendLine("<meta charset=\"utf-8\">");
        _text.AppendLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        // Browsers ask for an icon otherwise.
        _text.AppendLine("<link rel=\"icon\" href=\"data:,\">");
        _text.AppendLine($"<title>{Text(ReportText.Title)}</title>").AppendLine("<style>").Append(EmbeddedText.Of("page.css")).Append(EmbeddedText.Of("viewer.css")).AppendLine("</style>").AppendLine("</head>");
        _text.AppendLine("<body>").AppendLine(ViewerPage.Library).AppendLine("<main>").AppendLine($"<h1>{Text(ReportText.Title)}</h1>");
        foreach (var paragraph in ReportText.Introduction(report))
            _text.AppendLine($"<p>{Text(paragraph)}</p>");
        _text.AppendLine("<nav aria-label=\"Contents\"><ol>").AppendLine("<li><a href=\"#goals\">Goals</a></li>");
        foreach (var task in report.Tasks)
        {
            var figures = string.Join(", ", task.Figures.Select(f => $"<a href=\"#{Anchor(f)}\">{Text(f.Title)}</a>"));
            _text.AppendLine($"<li><a href=\"#{task.Name}\">{Text(task.Name)}</a>: {figures}</li>");
        }

        _text.AppendLine("</ol></nav>").AppendLine("<h2 id=\"goals\">Goals</h2>");
        Table(
            [("Task", false), ("Measured", false), ("Goal", false), ("Best of ours", true), ("", false)],
            report.Tasks.SelectMany(t => t.Comparisons.Where(c => c.Goal.Length > 0).Select(c => (string[])
                [$"<a href=\"#{t.Name}\">{Text(t.Name)}</a>, {Text(c.Condition)}", Text(c.Measure), Text(c.Goal), ReportText.Number(c.Best), Mark(c)])));
    }

    private void AppendTask(TaskReport task, Func<ReportFigure, byte[]> png, ViewerData? viewer)
    {
        _text.AppendLine($"<section id=\"{task.Name}\">").AppendLine($"<h2>{Text(task.Name)}</h2>").AppendLine($"<p>The task: {Text(task.Summary)}.</p>");
        (string, bool)[] ours = [.. task.Architectures.Select(a => (a.Name, true))];
        _text.AppendLine("<h3>The paper, public models, ours, and the goal</h3>");
        Table(
            [("", false), ("The paper", false), ("Public PyTorch models", false), .. ours, ("Goal", false), ("", false)],
            task.Comparisons.Select(row => (string[])
            [
                Text($"{row.Condition}: {row.Measure}"),
                Text(ReportText.Or(row.Paper, "–")),
                Text(ReportText.Or(row.PublicModels, "–")),
                .. row.Ours.Select(value => value == row.Best ? $"<strong>{ReportText.Number(value)}</strong>" : ReportText.Number(value)),
                Text(row.Goal),
                Mark(row),
            ]));

        _text.AppendLine("<h3>Everything that was measured</h3>").AppendLine("<p>Cost in bits, and wrong bits of those that count.</p>");
        var conditions = task.Architectures.Select(a => a.Model).OfType<ModelReport>().FirstOrDefault()?.Results.Select(r => r.Name) ?? [];
        Table([("", false), .. ours], conditions.Select(condition => (string[])
        [
            Text(condition),
            .. task.Architectures.Select(a => a.Model?.Results.FirstOrDefault(r => r.Name == condition)).Select(r =>
                r is null ? "–" : $"{ReportText.Number(r.MeanCost)}, {ReportText.Number(r.MeanWrong)} of {ReportText.Count((long)Math.Round(r.MeanCount))}"),
        ]));
        AppendTrainings(task);
        foreach (var finding in task.Findings)
        {
            _text.AppendLine($"<h3>{Text(finding.Title)}</h3>").AppendLine($"<p>{Text(finding.Text)}</p>");
            if (finding.Columns.Count > 0)
                Table([.. finding.Columns.Select(c => (c, false))], finding.Rows.Select(row => row.Select(Text).ToArray()));
        }

        foreach (var figure in task.Figures)
        {
            var picture = png(figure);
            _text.AppendLine($"<figure id=\"{Anchor(figure)}\"><h3>{Text(figure.Title)}</h3>");
            _text.AppendLine($"<img alt=\"{Text($"{task.Name}: {figure.Title}")}\" src=\"data:image/png;base64,{Convert.ToBase64String(picture)}\">");
            _text.AppendLine($"<figcaption>{Text(figure.Caption)}<details><summary>Command</summary><code>{Text(figure.Command)}</code></details></figcaption></figure>");
        }

        if (viewer is not null)
        {
            var id = $"viewer-{task.Name}";
            _text.AppendLine($"<h3>{Text(viewer.Title)}, at work</h3>").AppendLine($"<p>{ViewerPage.Explanation}</p>").AppendLine($"<div id=\"{id}\"></div>").AppendLine(ViewerPage.Script(viewer, id));
        }

        _text.AppendLine("</section>");
    }

    private void AppendTrainings(TaskReport task)
    {
        if (task.Architectures.Any(a => a.Seeds is not null))
        {
            _text.AppendLine("<h3>The trainings of this report</h3>").AppendLine("<p>Median, best and worst of the seeds, in the training range.</p>");
            Table(
                [("", false), ("Reach the goal (95 % interval)", true), ("Cost above the optimum", true), ("Wrong bits", true), ("Sequences", true), ("Time", true)],
                task.Architectures.Where(a => a.Seeds is not null).Select(a => (a.Name, Seeds: a.Seeds!)).Select(a => (string[])
                [
                    Text(a.Name),
                    ReportText.Of(a.Seeds.Solved),
                    ReportText.Of(a.Seeds.Cost, v => ReportText.Number(v)),
                    ReportText.Of(a.Seeds.WrongBits, v => ReportText.Number(v)),
                    ReportText.Of(a.Seeds.Sequences, v => ReportText.Count((long)v)),
                    ReportText.Of(a.Seeds.Seconds, ReportText.Seconds),
                ]));
            var conditions = ReportText.Conditions(task);
            if (conditions.Count > 0)
            {
                var seeds = task.Architectures.Where(a => a.Seeds is not null).ToList();
                _text.AppendLine("<p>Wrong bits of these trainings in and beyond the training range, and in how many of them there is none.</p>");
                Table([("", false), .. seeds.Select(a => (a.Name, true))], conditions.Select(c => (string[])[Text(c), .. seeds.Select(a => ReportText.Of(a, c))]));
            }

            _text.AppendLine("<details><summary>Every training, as it ended</summary>");
            Table(
                [("Command", false), ("Cost above the optimum", true), ("Wrong bits", true), ("Sequences", true), ("Time", true), ("", false)],
                task.Architectures.SelectMany(a => a.Trainings).Select(t => (string[])
                [
                    $"<code>{Text(t.Command)}</code>",
                    ReportText.Number(t.ExcessCostBits),
                    ReportText.Number(t.WrongBits),
                    ReportText.Count(t.SequencesSeen),
                    Text(ReportText.Seconds(t.Seconds)),
                    ReportText.Reached(t.IsSolved),
                ]));
            _text.AppendLine("</details>");
        }

        _text.AppendLine("<h3>The models shown</h3>").AppendLine("<ul>");
        foreach (var (architecture, model) in task.Architectures.Where(a => a.Model is not null).Select(a => (a, a.Model!)))
        {
            var origin = model.IsShipped ? "comes with the program" : "trained for this report";
            _text.AppendLine(
                $"<li>{Text(architecture.Name)}, {origin}, {ReportText.Count(model.Parameters)} parameters, {ReportText.Count(model.SequencesSeen)} sequences in {Text(ReportText.Seconds(model.Seconds))}, seed {model.Seed}: <code>{Text(model.Command)}</code></li>");
        }

        foreach (var failure in task.Architectures.SelectMany(a => a.Failures.Select(f => $"{a.Name}, {f}")))
            _text.AppendLine($"<li class=\"missed\">Failed: {Text(failure)}</li>");
        _text.AppendLine("</ul>");
    }

    /// <summary>A table of cells that are HTML already.</summary>
    private void Table(IReadOnlyList<(string Name, bool IsNumber)> columns, IEnumerable<string[]> rows)
    {
        _text.AppendLine("<div class=\"table\"><table>");
        _text.AppendLine($"<thead><tr>{string.Concat(columns.Select(c => $"<th{Class(c.IsNumber)}>{Text(c.Name)}</th>"))}</tr></thead><tbody>");
        foreach (var row in rows)
            _text.AppendLine($"<tr>{string.Concat(row.Zip(columns, (cell, c) => $"<td{Class(c.IsNumber)}>{cell}</td>"))}</tr>");
        _text.AppendLine("</tbody></table></div>");

        static string Class(bool isNumber) => isNumber ? " class=\"number\"" : "";
    }

    private static string Mark(ComparisonRow row) => row.IsReached is null ? "" : $"<span class=\"{ReportText.Reached(row.IsReached)}\">{ReportText.Reached(row.IsReached)}</span>";

    private static string Anchor(ReportFigure figure) => Path.GetFileName(figure.File);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
