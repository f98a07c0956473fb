using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduce;

/// <summary>A plan of a reproduction: its trainings, measurements and files.</summary>
/// <param name="Budget">How much.</param>
/// <param name="Tasks">The tasks.</param>
/// <param name="Architectures">The architectures.</param>
/// <param name="Seeds">The number of seeds of each; the budget's if <see langword="null"/>.</param>
/// <param name="Out">The folder of all.</param>
internal sealed record ReproductionPlan(
    Budget Budget, IReadOnlyList<TaskEntry> Tasks, IReadOnlyList<Architecture> Architectures, int? Seeds, string Out)
{
    /// <summary>The folder of the trainings, which each budget has for itself.</summary>
    public string RunsFolder => Path.Combine(Out, Budget.Name);

    public string ReportFolder => Path.Combine(Out, "report");

    /// <summary>Every training, task by task.</summary>
    public IReadOnlyList<PlannedTraining> Trainings() =>
        [.. from task in Tasks from architecture in Architectures from training in (PlannedTraining[])[.. Trainings(task, architecture), .. Further(task, architecture)] select training];

    /// <summary>The trainings of one task and architecture, one for each seed.</summary>
    public IReadOnlyList<PlannedTraining> Trainings(TaskEntry task, Architecture architecture)
    {
        var runs = Budget.Of(task.Name, architecture);
        return [.. Enumerable.Range(runs.FirstSeed, Seeds ?? runs.Seeds).Select(Planned)];

        PlannedTraining Planned(int seed)
        {
            var given = (JsonObject)runs.Settings.DeepClone();
            given["seed"] = seed;
            return Planning(task, architecture, given, "seed", seed, runs.Seconds);
        }
    }

    /// <summary>The trainings of one task and architecture besides those of the seeds.</summary>
    public IReadOnlyList<PlannedTraining> Further(TaskEntry task, Architecture architecture) =>
        [.. (Budget.Of(task.Name, architecture).Further ?? []).Select((run, i) => Planning(task, architecture, (JsonObject)run.Settings.DeepClone(), "further", i + 1, run.Seconds))];

    private PlannedTraining Planning(TaskEntry task, Architecture architecture, JsonObject given, string kind, int number, double seconds)
    {
        var name = SettingsJson.Name(architecture);
        given["architecture"] = name;
        var folder = Path.Combine(RunsFolder, $"{task.Name}-{name}", FormattableString.Invariant($"{kind}-{number}"));
        return new PlannedTraining(SettingsResolver.Resolve(task.Name, null, given), new RunFolder(folder), seconds);
    }
}
