using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Shared;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>
/// The parts of a report that a repository keeps: <c>docs/results.md</c> with its source and some of its figures, the table of goals in the
/// README, and <c>models/</c> with the best machine of each task and the one with an LSTM controller.
/// </summary>
internal static class Publication
{
    /// <summary>A repository is no place for larger files.</summary>
    private const long MostModelBytes = 2_000_000;

    /// <summary>A learning curve of more points looks the same.</summary>
    private const int MostPoints = 400;

    private const string GoalsBegin = "<!-- Goals: written by 'reproduce --publish'. -->";
    private const string GoalsEnd = "<!-- End of goals. -->";

    /// <summary>Tells which figures <c>docs/results.md</c> shows: those beside it.</summary>
    /// <param name="docs">The folder of <c>results.md</c>.</param>
    public static Func<ReportFigure, bool> FiguresIn(string docs) => figure => File.Exists(Path.Combine(docs, $"{figure.File}.png"));

    /// <summary>The published results of the tasks that a plan leaves out, so that one task can be published again without the others.</summary>
    /// <param name="root">The folder of the repository.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="UsageException">It is of another budget.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static IReadOnlyList<TaskReport> Others(string root, ReproductionPlan plan)
    {
        var file = ResultsOf(root);
        if (TaskCatalog.All.All(plan.Tasks.Contains) || RecordFile.Read<PaperReport>(file) is not { } report)
            return [];
        var budget = plan.Budget;
        if ((report.Budget, report.EvaluationSequences) != (budget.Name, budget.EvaluationSequences))
            throw new UsageException(FormattableString.Invariant($"--publish: {file} is of the budget {report.Budget}, with {report.EvaluationSequences} sequences for each measurement, and this is {budget.Name}, with {budget.EvaluationSequences}; expected the same, or all tasks."));
        // What was tried besides comes with the program, whenever the task was trained.
        return [.. report.Tasks.Where(t => plan.Tasks.All(p => p.Name != t.Name)).Select(t => t with { Findings = Finding.Of(t.Name) })];
    }

    /// <param name="root">The folder of the repository.</param>
    /// <param name="report">The report.</param>
    /// <param name="figures">Its figures.</param>
    /// <returns>The files.</returns>
    public static IEnumerable<string> WriteReport(string root, PaperReport report, IEnumerable<DrawnFigure> figures)
    {
        var docs = Path.Combine(root, "docs");
        foreach (var figure in figures.Where(f => IsKept(f.Described)))
        {
            var path = Path.Combine(docs, $"{figure.Described.File}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            figure.Figure.SavePng(path);
            yield return path;
        }

        RecordFile.WriteText(ResultsOf(root), RecordFile.Text(report));
        RecordFile.WriteText(Path.Combine(docs, "results.md"), MarkdownReport.Of(report, FiguresIn(docs)));
        yield return Path.Combine(docs, "results.md");
        var readme = Path.Combine(root, "README.md");
        if (File.Exists(readme))
        {
            RecordFile.WriteText(readme, WithGoals(File.ReadAllText(readme), report));
            yield return readme;
        }
    }

    /// <summary>A text whose table of goals, between two comments, is that of a report.</summary>
    /// <exception cref="InvalidDataException">It has no place for one.</exception>
    public static string WithGoals(string text, PaperReport report)
    {
        var begin = text.IndexOf(GoalsBegin, StringComparison.Ordinal);
        var end = text.IndexOf(GoalsEnd, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{text[..(begin + GoalsBegin.Length)]}\n{MarkdownReport.Goals(report)}{text[end..]}"
            : throw new InvalidDataException($"README.md: found no table of goals; expected it between '{GoalsBegin}' and '{GoalsEnd}'.");
    }

    /// <param name="root">The folder of the repository.</param>
    /// <param name="task">The task.</param>
    /// <param name="outcomes">What became of its architectures.</param>
    /// <returns>The models' folders.</returns>
    public static IEnumerable<string> WriteModels(string root, TaskEntry task, IReadOnlyList<ArchitectureOutcome> outcomes)
    {
        var machines = outcomes.Where(o => o.Architecture != Architecture.Lstm && o.Best(task) is not null).ToList();
        var best = machines.MinBy(o => o.Best(task)!.Card, new ModelRanking(task));
        foreach (var outcome in machines.Where(o => o == best || o.Architecture == Architecture.NtmLstm))
        {
            var candidate = outcome.Best(task)!;
            if (candidate.IsShipped || new FileInfo(candidate.Folder.ModelFile).Length > MostModelBytes)
                continue;
            var folder = new RunFolder(Path.Combine(root, "models", $"{task.Name}-{SettingsJson.Name(outcome.Architecture)}"));
            Directory.CreateDirectory(folder.Path);
            AtomicFile.Write(folder.ModelFile, stream => Copy(candidate.Folder.ModelFile, stream));
            HistoryFiles.Write(folder.HistoryJson, Thinned(candidate.Folder.ReadHistory()));
            candidate.Card.Write(folder.Path);
            yield return folder.Path;
        }
    }

    private static void Copy(string file, Stream target)
    {
        using var source = RegularFile.OpenRead(file);
        source.CopyTo(target);
    }

    /// <summary>Neighbouring points as one, with their mean.</summary>
    internal static IReadOnlyList<TrainingPoint> Thinned(IReadOnlyList<TrainingPoint> history)
    {
        var together = (history.Count + MostPoints - 1) / MostPoints;
        return together <= 1 ? history : [.. history.Chunk(together).Select(Mean)];

        static TrainingPoint Mean(TrainingPoint[] points) =>
            points[^1] with { MeanCost = points.Average(p => p.MeanCost), MeanWrong = points.Average(p => p.MeanWrong) };
    }

    private static string ResultsOf(string root) => Path.Combine(root, "docs", "results.json");

    private static bool IsKept(ReportFigure figure) =>
        figure.File.EndsWith("-learning-curves", StringComparison.Ordinal) || figure.File.EndsWith("-memory", StringComparison.Ordinal)
        || figure.File.EndsWith("-generalisation", StringComparison.Ordinal) || figure.File.EndsWith("-predictions", StringComparison.Ordinal);
}
