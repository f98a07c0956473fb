using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduction;

/// <summary>How much a reproduction trains and measures; <c>budgets.json</c> has them.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Summary">What it is for, and how long it takes.</param>
/// <param name="EvaluationSequences">Held-out sequences of each measurement.</param>
/// <param name="Runs">What is trained, by task and architecture.</param>
internal sealed record Budget(
    string Name, string Summary, int EvaluationSequences, IReadOnlyDictionary<string, IReadOnlyDictionary<string, BudgetedRuns>> Runs)
{
    public static IReadOnlyList<Budget> All { get; } =
        [.. SettingsJson.ReadResource("budgets.json").Select(entry => Read(entry.Key, entry.Value!.AsObject()))];

    /// <exception cref="UsageException">There is no such budget.</exception>
    public static Budget Find(string name) => All.FirstOrDefault(budget => budget.Name == name)
        ?? throw new UsageException($"--budget is '{name}'; it must be one of {string.Join(", ", All.Select(b => b.Name))}.");

    private static Budget Read(string name, JsonObject json)
    {
        json["name"] = name;
        return json.Deserialize<Budget>(SettingsJson.Options)!;
    }
}

/// <summary>The trainings of one task and architecture.</summary>
/// <param name="Seeds">How many: seeds from 1 on.</param>
/// <param name="Seconds">About how long one takes with one thread, for the time left.</param>
/// <param name="Settings">What differs from the fast preset.</param>
internal sealed record BudgetedRuns(int Seeds, double Seconds, JsonObject Settings);
