using System.CommandLine;
using System.CommandLine.Help;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Help;

/// <summary>Under which heading an option stands: that of its setting, and for the rest the command's own.</summary>
internal static class HelpSections
{
    /// <summary>The heading of options that have no other.</summary>
    private const string Others = "Options";

    private static readonly Dictionary<string, string> OfSettings = SettingProperty.All.ToDictionary(s => s.Option, s => s.Section);

    /// <summary>Options that are not settings of a training, but belong to one of its sections.</summary>
    private static readonly Dictionary<string, string> OfTrain = new()
    {
        ["--config"] = SettingSection.Run,
        ["--resume"] = SettingSection.Run,
        ["--overwrite"] = SettingSection.Run,
        ["--seeds"] = SettingSection.Run,
        ["--tensorboard"] = SettingSection.Output,
        ["--json"] = SettingSection.Output,
    };

    /// <summary>The options of <c>sweep</c> that are not settings of a training.</summary>
    private const string OfSweep = "Sweep";

    /// <summary>A command's options by section, in the sections' order.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<Option> Options)> Of(Command command, IEnumerable<Option> options)
    {
        string[] order = [OfSweep, .. SettingSection.All, Others];
        return options.GroupBy(option => NameOf(command, option)).OrderBy(group => Array.IndexOf(order, group.Key)).Select(group => (group.Key, (IReadOnlyList<Option>)[.. group]));
    }

    private static string NameOf(Command command, Option option) => command.Name switch
    {
        "train" => OfTrain.GetValueOrDefault(option.Name) ?? OfSettings.GetValueOrDefault(option.Name) ?? Others,
        "sweep" => option is { Recursive: true } or HelpOption ? Others
            : option.Name is "--out" or "--json" ? SettingSection.Output
            : OfSettings.GetValueOrDefault(option.Name) ?? OfSweep,
        _ => Others,
    };
}
