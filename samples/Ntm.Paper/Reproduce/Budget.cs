using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Shared;

namespace Ntm.Paper.Reproduce;

/// <summary>How much a reproduction trains and measures; <c>budgets.json</c> has those with names.</summary>
/// <param name="Name">The name on the command line, or that of the file.</param>
/// <param name="Summary">What it is for, and how long it takes.</param>
/// <param name="EvaluationSequences">Held-out sequences of each measurement.</param>
/// <param name="Runs">What is trained, by task and architecture.</param>
internal sealed record Budget(
    string Name, string Summary, int EvaluationSequences, IReadOnlyDictionary<string, IReadOnlyDictionary<string, BudgetedRuns>> Runs)
{
    private static readonly JsonSerializerOptions Json = new(SettingsJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static IReadOnlyList<Budget> All { get; } =
        [.. SettingsJson.ReadResource("budgets.json").Select(entry => Read(entry.Key, entry.Value!.AsObject(), entry.Key))];

    /// <param name="nameOrFile">A name, or a file with a budget of the user's own.</param>
    /// <exception cref="UsageException">There is no such budget, or the file is damaged.</exception>
    public static Budget Find(string nameOrFile)
    {
        if (All.FirstOrDefault(budget => budget.Name == nameOrFile) is { } known)
            return known;
        return File.Exists(nameOrFile)
            ? Read(Path.GetFileNameWithoutExtension(nameOrFile), SettingsJson.ReadFile(nameOrFile, "--budget"), $"--budget {nameOrFile}")
            : throw new UsageException($"--budget is '{nameOrFile}'; it must be one of {string.Join(", ", All.Select(b => b.Name))}, or a file with a budget.");
    }

    /// <summary>The trainings of an architecture on a task.</summary>
    /// <exception cref="UsageException">The budget says nothing of it.</exception>
    public BudgetedRuns Of(string task, Architecture architecture) =>
        Runs.GetValueOrDefault(task)?.GetValueOrDefault(SettingsJson.Name(architecture))
        ?? throw new UsageException($"--budget {Name}: found nothing for {task} by {SettingsJson.Name(architecture)}; expected it, or --tasks and --architectures without it.");

    private static Budget Read(string name, JsonObject json, string source)
    {
        json["name"] = name;
        try
        {
            var budget = json.Deserialize<Budget>(Json)!;
            foreach (var (task, runs) in budget.Runs)
                foreach (var (architecture, of) in runs)
                    of.Check(task, architecture, $"{source}: {task} by {architecture}");
            return budget.EvaluationSequences >= 1
                ? budget
                : throw new UsageException($"{source}: evaluation-sequences is {budget.EvaluationSequences}; it must be at least 1.");
        }
        catch (JsonException e)
        {
            throw new UsageException($"{source}: {JsonFault.Describe(e, [])}", e);
        }
    }
}

/// <summary>The trainings of one task and architecture.</summary>
/// <param name="Seeds">How many: one for each seed from <paramref name="FirstSeed"/> on.</param>
/// <param name="Seconds">About how long one takes with one thread, for the time left.</param>
/// <param name="Settings">What differs from the fast preset.</param>
/// <param name="Further">Trainings besides, with their own settings and seeds: the report may show their models, and its statistics leave them out.</param>
/// <param name="FirstSeed">The first seed: above those on which the settings were chosen, if they were.</param>
internal sealed record BudgetedRuns(int Seeds, double Seconds, JsonObject Settings, IReadOnlyList<FurtherRun>? Further = null, int FirstSeed = 1)
{
    /// <summary>The most seeds of one training.</summary>
    public const int MostSeeds = 10_000;

    /// <exception cref="UsageException">A number is out of range, or a setting wrong.</exception>
    public void Check(string task, string architecture, string source)
    {
        if (Seeds is < 1 or > MostSeeds)
            throw new UsageException($"{source}: seeds is {Seeds}; it must be in 1 to {MostSeeds}.");
        if (FirstSeed is < 0 or > int.MaxValue - MostSeeds)
            throw new UsageException($"{source}: first-seed is {FirstSeed}; it must be in 0 to {int.MaxValue - MostSeeds}.");
        foreach (var seconds in (Further ?? []).Select(f => f.Seconds).Prepend(Seconds))
            if (seconds is not (> 0 and < 1e9))
                throw new UsageException($"{source}: seconds is {seconds}; it must be above 0 and below 1e9.");
        foreach (var settings in (Further ?? []).Select(f => f.Settings).Prepend(Settings))
            Check(settings, task, architecture, source);
    }

    private static void Check(JsonObject settings, string task, string architecture, string source)
    {
        var given = settings.DeepClone().AsObject();
        given["architecture"] = architecture;
        given.TryAdd("task", task);
        try
        {
            // Each by itself, for a wrong value is otherwise taken for one of the settings file's.
            _ = given.Deserialize<TrainSettings>(SettingsJson.Options);
            given.Remove("task");
            _ = SettingsResolver.Resolve(TaskCatalog.Find(task).Name, null, given);
        }
        catch (JsonException e)
        {
            var key = e.Path?.TrimStart('$', '.', '[', '\'').TrimEnd('\'', ']') ?? "";
            throw new UsageException(
                SettingProperty.All.FirstOrDefault(s => s.Key == key) is { } setting
                    ? $"{source}: settings: '{key}' is {given[key]?.ToJsonString() ?? "null"}; it must be {setting.Expected}."
                    : $"{source}: settings: unknown setting '{key}'; known are {string.Join(", ", SettingProperty.All.Select(s => s.Key))}.",
                e);
        }
        catch (UsageException e)
        {
            throw new UsageException($"{source}: settings: {e.Message}", e);
        }
    }
}

/// <summary>A training besides those of the seeds.</summary>
/// <param name="Seconds">About how long it takes with one thread, for the time left.</param>
/// <param name="Settings">What differs from the fast preset, the seed among it.</param>
internal sealed record FurtherRun(double Seconds, JsonObject Settings);
