using System.CommandLine;
using System.Text.Json.Nodes;

namespace Ntm.Paper.Settings;

/// <summary>The settings of a training as options of a command.</summary>
internal sealed class SettingOptions
{
    private readonly Dictionary<SettingProperty, Option<string?>> _options = [];

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="note">Returns what is added to the description of a setting; <see langword="null"/> for nothing.</param>
    public SettingOptions(Command command, IEnumerable<SettingProperty> settings, Func<SettingProperty, string>? note = null)
    {
        foreach (var setting in settings)
        {
            _options[setting] = new Option<string?>(setting.Option) { Description = setting.Description + note?.Invoke(setting), HelpName = setting.HelpName };
            command.Add(_options[setting]);
        }
    }

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => _options.Values;

    /// <summary>Returns the settings that were given.</summary>
    /// <exception cref="UsageException">A value is none that the setting can have.</exception>
    public JsonObject Given(ParseResult parse)
    {
        var given = new JsonObject();
        foreach (var (setting, option) in _options)
            if (parse.GetValue(option) is { } text)
                given[setting.Key] = setting.Parse(text);
        return given;
    }
}
