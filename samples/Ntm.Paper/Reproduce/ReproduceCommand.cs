using System.CommandLine;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduce;

/// <summary><c>reproduce</c>: the paper's experiments and figures, as one page.</summary>
internal static class ReproduceCommand
{
    public static Command Create()
    {
        var tasks = List("--tasks", "The tasks, separated by commas.", "tasks", TaskCatalog.All.Select(t => t.Name));
        var architectures = List("--architectures", "The paper's architectures, separated by commas.", "architectures", Architectures.OfPaper.Select(SettingsJson.Name));
        var seeds = CommonOptions.AtLeast(new Option<int>("--seeds") { Description = "Trainings of each, with one seed each from the first of the budget on; by default as many as the budget has.", HelpName = "count" }, 1);
        seeds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value > BudgetedRuns.MostSeeds)
                result.AddError($"{seeds.Name} is {value}; it must be at most {BudgetedRuns.MostSeeds}.");
        });
        var budget = new Option<string>("--budget")
        {
            Description = $"How much to train and measure: {string.Join(" ", Budget.All.Select(b => $"'{b.Name}': {b.Summary}"))} Or a custom JSON file, like an entry of the program's budgets.json.",
            HelpName = $"{string.Join('|', Budget.All.Select(b => b.Name))}|file",
            DefaultValueFactory = _ => Budget.All[0].Name,
        };
        var folder = new Option<string>("--out") { Description = "The folder for trainings and report.", HelpName = "folder", DefaultValueFactory = _ => Path.Combine("runs", "paper") };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace trainings in the folder that have other settings than the budget's." };
        var trainedOnly = new Option<bool>("--trained-only") { Description = "Leave the models out that come with the program." };
        var publish = new Option<string?>("--publish")
        {
            Description = "For maintainers of this repository: write docs/results.md, some figures and models/ below this folder, too; what it says of other tasks stays.",
            HelpName = "folder",
        };
        var json = CommonOptions.Json();
        var command = new Command("reproduce", "Train what is missing, measure and draw it, and write a report of the paper's experiments. May be interrupted; the same command resumes.")
        {
            tasks, architectures, seeds, budget, folder, overwrite, trainedOnly, publish, json,
        };
        command.SetAction((parse, cancellation) =>
        {
            foreach (var (option, path) in ((string, string?)[])[(folder.Name, parse.GetValue(folder)), (publish.Name, parse.GetValue(publish))])
                if (path is not null && string.IsNullOrWhiteSpace(path))
                    throw new UsageException($"{option} is '{path}'; expected a folder.");
            var plan = new ReproductionPlan(
                Budget.Find(parse.GetValue(budget)!),
                [.. Names(parse.GetValue(tasks)!).Select(TaskCatalog.Find)],
                [.. Names(parse.GetValue(architectures)!).Select(ArchitectureOf)],
                parse.GetResult(seeds) is null ? null : parse.GetValue(seeds),
                parse.GetValue(folder)!);
            var terminal = new Terminal(parse.GetValue(json));
            return Task.Run(() => RunAsync(plan, parse.GetValue(overwrite), !parse.GetValue(trainedOnly), parse.GetValue(publish), terminal, cancellation), CancellationToken.None);
        });
        return command;
    }

    private static async Task<int> RunAsync(ReproductionPlan plan, bool overwrite, bool withShipped, string? publish, Terminal terminal, CancellationToken cancellation)
    {
        var others = publish is null ? [] : Publication.Others(publish, plan);
        var reproducer = new Reproducer(plan, withShipped, terminal);
        if (!overwrite)
            reproducer.ThrowIfOfAnotherPlan();
        Directory.CreateDirectory(plan.ReportFolder);
        var grace = Interruption.Grace;
        (Interruption.Grace, Interruption.Advice) = (TrainingQueue.Grace, "The trainings save and end. The same command resumes.");
        if (!await reproducer.TrainAsync(cancellation))
        {
            terminal.Line("Interrupted. The same command resumes.");
            return ExitCode.Success;
        }

        (Interruption.Grace, Interruption.Advice) = (grace, "What was trained is kept. The same command resumes.");

        Torch.Configure(0);
        List<TaskReport> tasks = [];
        List<DrawnFigure> figures = [];
        Dictionary<string, ViewerData> viewers = [];
        foreach (var task in plan.Tasks)
        {
            var outcomes = reproducer.Measure(task, cancellation);
            terminal.Live($"Drawing {task.Name} …", keep: false);
            DrawnFigure[] drawn = [.. TaskFigures.Of(task, outcomes)];
            foreach (var figure in drawn)
                figure.Save(plan.ReportFolder);
            figures.AddRange(drawn);
            if (TaskFigures.ViewerOf(task, outcomes) is { } viewer)
                viewers[task.Name] = viewer;
            tasks.Add(ReportBuilder.Of(task, outcomes, [.. drawn.Select(f => f.Described)]));
            if (publish is not null)
            {
                foreach (var folder in Publication.WriteModels(publish, task, outcomes))
                    terminal.Line($"Wrote {folder}");
            }
        }

        var report = new PaperReport(plan.Budget.Name, plan.Budget.Summary, Machine(), plan.Budget.EvaluationSequences, tasks);
        Write("results.json", RecordFile.Text(report));
        Write("results.md", MarkdownReport.Of(report, _ => true));
        Write("index.html", HtmlPage.Of(report, figure => File.ReadAllBytes(Path.Combine(plan.ReportFolder, $"{figure.File}.png")), task => viewers.GetValueOrDefault(task.Name)));
        if (publish is not null)
        {
            var published = report with { Tasks = [.. TaskCatalog.All.SelectMany(entry => tasks.Concat(others).Where(t => t.Name == entry.Name))] };
            foreach (var file in Publication.WriteReport(publish, published, figures))
                terminal.Line($"Wrote {file}");
        }

        var goals = tasks.SelectMany(t => t.Comparisons).Where(c => c.IsReached is not null).ToList();
        var reached = goals.Count(c => c.IsReached == true);
        terminal.Line($"{reached} of {goals.Count} goals reached.");
        terminal.Result(new { report = Path.Combine(plan.ReportFolder, "index.html"), goals = goals.Count, reached, trainingSeconds = report.TrainingSeconds });
        return tasks.SelectMany(t => t.Architectures).Any(a => a.Failures.Count > 0) ? ExitCode.Failure : ExitCode.Success;

        void Write(string name, string text)
        {
            RecordFile.WriteText(Path.Combine(plan.ReportFolder, name), text);
            terminal.Line($"Wrote {Path.Combine(plan.ReportFolder, name)}");
        }
    }

    private static string Machine() => FormattableString.Invariant($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}");

    private static Option<string> List(string name, string description, string helpName, IEnumerable<string> all)
    {
        var value = string.Join(',', all);
        return new Option<string>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => value };
    }

    private static IEnumerable<string> Names(string list) => list.Split(',', StringSplitOptions.TrimEntries).Distinct();

    private static Architecture ArchitectureOf(string name)
    {
        foreach (var architecture in Architectures.OfPaper)
            if (SettingsJson.Name(architecture) == name)
                return architecture;
        throw new UsageException($"The architecture is '{name}'; it must be one of {string.Join(", ", Architectures.OfPaper.Select(SettingsJson.Name))}.");
    }
}
