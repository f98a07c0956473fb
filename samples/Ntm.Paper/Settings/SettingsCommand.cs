using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Settings;

/// <summary>The command line that gives settings: what is not the preset's anyway.</summary>
internal static class SettingsCommand
{
    /// <summary>The settings that do not affect the result of a training.</summary>
    private static readonly string[] LeftOut = ["task", "threads", "out"];

    /// <summary>The arguments of the program.</summary>
    public static IReadOnlyList<string> Arguments(TrainSettings settings)
    {
        var asked = new JsonObject();
        var preset = Json(SettingsResolver.PresetLike(settings));
        // The numbers of another optimizer or way of clipping than the preset's are beside their own defaults.
        string[] choices = [OptionGroup.Optimizer, OptionGroup.Clipping];
        var names = choices.ToDictionary(choice => choice, choice => preset[choice]!.DeepClone());
        foreach (var choice in choices)
            asked[choice] = settings.OptionsOf(choice)!.ToString();
        preset = Json(SettingsResolver.PresetLike(settings, asked));
        foreach (var (choice, name) in names)
            preset[choice] = name;
        foreach (var key in TaskCatalog.Find(settings.Task).Required)
            preset.Remove(key);
        var own = SettingsJson.Reduced(settings);
        if (settings.Architecture != default)
            preset.Remove("architecture");
        if (settings.Preset != new TrainSettings { Task = settings.Task }.Preset)
            preset.Remove("preset");
        var options = SettingProperty.All
            .Where(s => !LeftOut.Contains(s.Key) && own.ContainsKey(s.Key) && !JsonNode.DeepEquals(own[s.Key], preset[s.Key]));
        return ["train", settings.Task, .. options.SelectMany(s => (string[])[s.Option, SettingProperty.Text(own[s.Key])])];
    }

    private static JsonObject Json(TrainSettings settings) => JsonSerializer.SerializeToNode(settings, SettingsJson.Options)!.AsObject();
}
