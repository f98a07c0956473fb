using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>A sweep as data: what its file has, and what its folder keeps.</summary>
/// <param name="Task">The task.</param>
/// <param name="Settings">The settings that all trainings have, over their preset's.</param>
/// <param name="Vary">The settings that vary.</param>
/// <param name="Random">How many combinations are drawn; <see langword="null"/> for all of them.</param>
/// <param name="Halving">The rungs; <see langword="null"/> for none.</param>
/// <param name="Seeds">The seeds of each combination.</param>
internal sealed record SweepDefinition(string Task, JsonObject Settings, IReadOnlyList<SweepAxis> Vary, RandomChoice? Random, HalvingChoice? Halving, IReadOnlyList<int> Seeds)
{
    public const string DefaultSeeds = "1";

    private const string SettingsMember = "settings";

    /// <summary>A definition that a file contains.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UsageException">It is damaged or contradictory; the message names the member, the value and what was expected.</exception>
    public static SweepDefinition Read(string path)
    {
        var json = SettingsJson.ReadFile(path, "sweep");
        SweepJson.RefuseUnknown(json, path, "task", SettingsMember, "vary", "random", "halving", "seeds");
        var task = SweepJson.Text(json, "task", path, required: true)!;
        if (TaskCatalog.FindOrNull(task) is null)
            throw new UsageException($"{path}: 'task' is '{task}'; expected one of {TaskCatalog.Names}.");
        var settings = new JsonObject();
        foreach (var (key, value) in SweepJson.Object(json, SettingsMember, path, required: false) ?? [])
        {
            var setting = SettingProperty.All.FirstOrDefault(s => s.Key == key)
                ?? throw new UsageException($"{path}: '{SettingsMember}': unknown setting '{key}'; known are {string.Join(", ", SettingProperty.All.Select(s => s.Key))}.");
            settings[key] = setting.Parse(SweepAxis.WordOf(setting, value, $"{path}: '{SettingsMember}': '{key}'"));
        }

        SweepAxis[] vary = [.. (SweepJson.Object(json, "vary", path, required: false) ?? []).Select(member => SweepAxis.OfJson(member.Key, member.Value, $"{path}: 'vary'"))];
        var random = SweepJson.Object(json, "random", path, required: false);
        var halving = SweepJson.Object(json, "halving", path, required: false);
        var seeds = SweepJson.Text(json, "seeds", path, required: false) ?? DefaultSeeds;
        return new SweepDefinition(
            task,
            settings,
            vary,
            random is null ? null : RandomChoice.Of(random, $"{path}: 'random'"),
            halving is null ? null : HalvingChoice.Of(halving, $"{path}: 'halving'"),
            SeedRange.Parse(seeds, $"{path}: 'seeds'")).Checked(path);
    }

    /// <summary>The definition, if its parts go together.</summary>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="UsageException">They do not.</exception>
    public SweepDefinition Checked(string source)
    {
        foreach (var key in (string[])["task", "seed", "out", "threads"])
        {
            if (Settings.ContainsKey(key))
                throw new UsageException($"{source}: '{SettingsMember}' has '{key}', which a sweep has for each training; expected other settings.");
        }

        foreach (var axis in Vary)
        {
            var key = axis.Setting.Key;
            if (Vary.Count(other => other.Setting == axis.Setting) > 1)
                throw new UsageException($"{source}: '{key}' is varied twice; expected each setting once.");
            if (Settings.ContainsKey(key))
                throw new UsageException($"{source}: '{key}' is varied, and set to {SettingProperty.Text(Settings[key])} as well; expected one of them.");
            if (axis.Range is not null && Random is null)
                throw new UsageException($"{source}: '{key}' has a range, of which values are drawn; expected a list of values, or a random choice: --random COUNT, or 'random' in a file.");
            if (Halving is not null && key is "sequences" or "epochs")
                throw new UsageException($"{source}: '{key}' is varied, which halving does itself; expected other settings.");
        }

        if (Random is not null && Vary.Count == 0)
            throw new UsageException($"{source}: there is a random choice, and nothing varies; expected --vary, or 'vary' in a file.");
        return this;
    }

    /// <summary>The definition as a file has it, always written in the same way.</summary>
    public string Text()
    {
        var json = new JsonObject { ["task"] = Task };
        json[SettingsMember] = new JsonObject(SettingProperty.All.Where(s => Settings.ContainsKey(s.Key)).Select(s => KeyValuePair.Create(s.Key, Settings[s.Key]?.DeepClone())));
        json["vary"] = new JsonObject(Vary.Select(axis => KeyValuePair.Create(axis.Setting.Key, (JsonNode?)axis.ToJson())));
        if (Random is not null)
            json["random"] = new JsonObject { ["count"] = Random.Count, ["seed"] = Random.Seed };
        if (Halving is not null)
            json["halving"] = new JsonObject { ["factor"] = Halving.Factor, ["first-sequences"] = Halving.FirstSequences };
        json["seeds"] = SeedRange.Text(Seeds);
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }
}

/// <summary>A random choice of combinations.</summary>
/// <param name="Count">How many.</param>
/// <param name="Seed">The seed.</param>
internal sealed record RandomChoice(int Count, int Seed)
{
    public const int DefaultSeed = 1;

    public static RandomChoice Of(JsonObject json, string source)
    {
        SweepJson.RefuseUnknown(json, source, "count", "seed");
        var seed = json.ContainsKey("seed") ? SweepJson.Whole(json, "seed", source, 0, int.MaxValue) : DefaultSeed;
        return new RandomChoice((int)SweepJson.Whole(json, "count", source, 1, OptionSpace<JsonObject>.MaxChoices), (int)seed);
    }
}

/// <summary>Successive halving over the sequences of a training.</summary>
/// <param name="Factor">How many times as many sequences each rung has, and one in how many combinations it keeps.</param>
/// <param name="FirstSequences">The sequences of the first rung.</param>
internal sealed record HalvingChoice(int Factor, long FirstSequences)
{
    public const int MostFactor = 1000;
    public const long MostSequences = 1_000_000_000_000;

    public static HalvingChoice Of(JsonObject json, string source)
    {
        SweepJson.RefuseUnknown(json, source, "factor", "first-sequences");
        return new HalvingChoice((int)SweepJson.Whole(json, "factor", source, 2, MostFactor), SweepJson.Whole(json, "first-sequences", source, 1, MostSequences));
    }
}
