using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Shared;

namespace Ntm.Paper.Settings;

/// <summary>
/// Puts settings together, each layer over the one before: the built-in defaults, the preset of task and architecture, the settings
/// file, the command line.
/// </summary>
internal static class SettingsResolver
{
    private static readonly JsonObject Presets = SettingsJson.ReadResource("presets.json");

    /// <param name="task">The task on the command line.</param>
    /// <param name="configFile">The settings file, if any.</param>
    /// <param name="given">The options on the command line, as JSON by key.</param>
    /// <exception cref="UsageException">A setting is unknown, contradictory or out of range.</exception>
    public static TrainSettings Resolve(string task, string? configFile, JsonObject given)
    {
        try
        {
            return Merge(task, configFile, given);
        }
        catch (UsageException e) when (configFile is not null && !e.Message.Contains(configFile, StringComparison.Ordinal))
        {
            // If it is wrong without the file too, the command line is to blame.
            _ = Merge(task, null, given);
            throw new UsageException($"--config {configFile}: {e.Message}", e);
        }
    }

    private static TrainSettings Merge(string task, string? configFile, JsonObject given)
    {
        var config = configFile is null ? [] : SettingsJson.ReadFile(configFile, "--config");
        RefuseUnknown(config, $"--config {configFile}");
        RefuseForeign(config, OptionGroup.Task, task);
        RefuseForeign(given, OptionGroup.Task, task);
        if (given.ContainsKey("sequences") && given.ContainsKey("epochs"))
            throw new UsageException("--sequences and --epochs were both given; expected one of them.");
        if (config["task"] is { } configured && !(configured.GetValueKind() == JsonValueKind.String && configured.GetValue<string>() == task))
            throw new UsageException($"--config {configFile} is for the task {configured.ToJsonString()}; expected '{task}', as on the command line.");

        var merged = new JsonObject();
        SettingsJson.Overlay(merged, config);
        SettingsJson.Overlay(merged, given);
        merged["task"] = task;
        var asked = Deserialize(merged, $"--config {configFile}");
        RefuseForeign(merged, OptionGroup.Architecture, SettingsJson.Name(asked.Architecture));

        var layers = PresetOf(asked).DeepClone().AsObject();
        SettingsJson.Overlay(layers, merged);
        var chosen = Deserialize(layers, $"--config {configFile}");
        // A file of an earlier program has the numbers of all optimizers.
        RefuseForeign(given, OptionGroup.Optimizer, chosen.Optimizer.Name);
        RefuseForeign(given, OptionGroup.Clipping, chosen.GradientClipping.Name);
        return Validated(layers, $"--config {configFile}");
    }

    /// <summary>The settings that a preset has for the same task and architecture.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="given">Further settings of the preset's.</param>
    public static TrainSettings PresetLike(TrainSettings settings, JsonObject? given = null)
    {
        var asked = given?.DeepClone().AsObject() ?? [];
        asked["architecture"] = SettingsJson.Name(settings.Architecture);
        asked["preset"] = settings.Preset;
        var own = SettingsJson.Reduced(settings);
        foreach (var key in TaskCatalog.Find(settings.Task).Required.Where(own.ContainsKey))
            asked[key] = own[key]?.DeepClone();
        return Resolve(settings.Task, null, asked);
    }

    /// <summary>The settings of a training that resumes.</summary>
    /// <param name="saved">Its settings when it was interrupted.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <param name="task">The task on the command line, if there is one.</param>
    /// <param name="given">The options on the command line, as JSON by key.</param>
    /// <exception cref="UsageException">An option contradicts what the training was begun with, or the saved settings are damaged.</exception>
    public static TrainSettings Resume(JsonObject saved, string source, string? task, JsonObject given)
    {
        TrainSettings before;
        try
        {
            before = Validated(saved, source);
        }
        catch (UsageException e) when (!e.Message.Contains(source, StringComparison.Ordinal))
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }

        if (task is not null && task != before.Task)
            throw new UsageException($"The task is '{task}', and the training in {source} is of '{before.Task}': that cannot change on its way.");
        RefuseForeign(given, OptionGroup.Task, before.Task);
        RefuseForeign(given, OptionGroup.Architecture, SettingsJson.Name(before.Architecture));
        RefuseForeign(given, OptionGroup.Optimizer, before.Optimizer.Name);
        RefuseForeign(given, OptionGroup.Clipping, before.GradientClipping.Name);
        var was = JsonSerializer.SerializeToNode(before, SettingsJson.Options)!.AsObject();
        foreach (var setting in SettingProperty.All.Where(s => given.ContainsKey(s.Key)))
        {
            if (!setting.MayChange && !Same(given[setting.Key], was[setting.Key]))
                throw new UsageException($"{setting.Option} is {SettingProperty.Text(given[setting.Key])}, and the training in {source} has {SettingProperty.Text(was[setting.Key])}: that cannot change on its way.");
        }

        var merged = saved.DeepClone().AsObject();
        SettingsJson.Overlay(merged, given);
        return Validated(merged, source);
    }

    /// <summary>The settings of a finished or interrupted training.</summary>
    /// <param name="json">Its settings.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <exception cref="UsageException">They are damaged; the message begins with the source.</exception>
    public static TrainSettings Saved(string json, string source)
    {
        try
        {
            var saved = SettingsJson.Parse(json, source);
            RefuseUnknown(saved, source);
            return Validated(saved, source, isSaved: true);
        }
        catch (UsageException e) when (!e.Message.Contains(source, StringComparison.Ordinal))
        {
            throw new UsageException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>Settings as they are: of a preset, nothing is added.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <exception cref="UsageException">They are damaged.</exception>
    public static TrainSettings Read(JsonObject json, string source) => Deserialize(json, source);

    private static bool Same(JsonNode? left, JsonNode? right) =>
        left?.GetValueKind() == JsonValueKind.Number && right?.GetValueKind() == JsonValueKind.Number
            ? (double)left.Deserialize<double>() == right.Deserialize<double>()
            : JsonNode.DeepEquals(left, right);

    /// <param name="json">The settings.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <param name="isSaved">Whether they are of a finished or interrupted training, so that nothing can be too large for this machine.</param>
    private static TrainSettings Validated(JsonObject json, string source, bool isSaved = false)
    {
        var settings = Deserialize(json, source);
        if (TaskCatalog.FindOrNull(settings.Task) is not { } task)
            throw new UsageException($"{source}: 'task' is {settings.Task ?? "null"}; it must be one of {TaskCatalog.Names}.");
        var violations = RangeViolations(settings).Concat(task.Violations(settings)).ToList();
        // What settings are together is said once each is right alone.
        if (violations.Count == 0 && !isSaved)
        {
            task.Settle(settings);
            violations.AddRange(JointRules.Violations(settings));
        }

        return violations.Count == 0 ? settings : throw new UsageException(string.Join(Environment.NewLine, violations));
    }

    /// <summary>The settings of a preset, for the help.</summary>
    public static JsonObject PresetOf(string task, string architecture, string preset) =>
        Presets[task]?[architecture]?[preset] as JsonObject ?? [];

    private static JsonObject PresetOf(TrainSettings asked)
    {
        var architecture = SettingsJson.Name(asked.Architecture);
        var presets = Presets[asked.Task]![architecture]!.AsObject();
        return presets[asked.Preset ?? ""] as JsonObject
            ?? throw new UsageException($"--preset is '{asked.Preset}'; it must be one of {string.Join(", ", presets.Select(p => p.Key))}.");
    }

    private static void RefuseUnknown(JsonObject config, string source)
    {
        var unknown = config.Select(pair => pair.Key).Except(SettingProperty.All.Select(s => s.Key)).ToList();
        if (unknown.Count > 0)
            throw new UsageException($"{source}: unknown setting '{unknown[0]}'; known are {string.Join(", ", SettingProperty.All.Select(s => s.Key))}.");
    }

    /// <exception cref="UsageException">A setting is for other values of a choice.</exception>
    private static void RefuseForeign(JsonObject settings, string choice, string value)
    {
        if (SettingProperty.All.FirstOrDefault(s => settings.ContainsKey(s.Key) && !s.AppliesTo(choice, value)) is { } foreign)
            throw new UsageException($"{foreign.Option} does not apply to the {choice.Replace('-', ' ')} {value}; it is for {string.Join(", ", foreign.Names)}.");
    }

    private static IEnumerable<string> RangeViolations(TrainSettings settings)
    {
        var own = RangeRules.Violations(settings, OptionName).ToList();
        var options = OptionGroup.All.Select(g => g.Choice).Distinct().Select(settings.OptionsOf).OfType<object>()
            .SelectMany(o => RangeRules.Violations(o, o.GetType(), property => OptionName(property, o.GetType())));
        // --heads already reports both kinds.
        return own.Concat(settings.Heads is null ? options : options.Where(v => !v.StartsWith("--read-heads ", StringComparison.Ordinal) && !v.StartsWith("--write-heads ", StringComparison.Ordinal)));
    }

    private static TrainSettings Deserialize(JsonObject settings, string source)
    {
        try
        {
            return settings.Deserialize<TrainSettings>(SettingsJson.Options)!;
        }
        catch (JsonException e)
        {
            // Options of the command line were parsed one by one before: only the source can be wrong here.
            var key = e.Path?.TrimStart('$', '.', '[', '\'').TrimEnd('\'', ']');
            throw new UsageException(
                SettingProperty.All.FirstOrDefault(s => s.Key == key) is { } setting
                    ? $"{source}: '{key}' is {settings[setting.Key]?.ToJsonString() ?? "null"}; it must be {setting.Expected}."
                    : $"{source}: {JsonFault.Describe(e, [])}",
                e);
        }
    }

    private static string OptionName(PropertyInfo property) => $"--{new SettingMember(property, null).Key}";

    private static string OptionName(PropertyInfo property, Type type) => $"--{new SettingMember(property, OptionGroup.All.First(g => g.Type == type)).Key}";
}

/// <summary>The user requested something impossible: the message names the option, the value and what was expected.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
