using System.Text.RegularExpressions;

namespace Ntm.Paper.Settings;

/// <summary>Messages of the library about options, in the words of the command line.</summary>
internal static partial class OptionWords
{
    /// <summary>A message such as <c>NtmOptions.ShiftRange is 7</c> with the options' names.</summary>
    public static string Of(string message)
    {
        foreach (var group in OptionGroup.All.Where(g => message.Contains($"{g.Type.Name}.", StringComparison.Ordinal)))
            foreach (var property in group.Properties)
                message = Regex.Replace(message, $@"\b({group.Type.Name}\.)?{property.Name}\b", $"--{new SettingMember(property, group).Key}");
        return Truth().Replace(message, match => match.Value.ToLowerInvariant());
    }

    [GeneratedRegex(@"\b(True|False)\b")]
    private static partial Regex Truth();
}
