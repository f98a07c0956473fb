using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Commands;

/// <summary>The words that a user may write after an option: values at its bounds, values beyond them, and words that are not values.</summary>
internal static partial class OptionValues
{
    /// <summary>No value of any option, or of few.</summary>
    public static string[] Odd { get; } =
    [
        "", " ", "abc", "NaN", "nan", "Infinity", "-Infinity", "∞", "1e400", "-1e400", "1e-400", "0x10", "1,5", "1.5", "-1", "0", "1", "2", "3", "true", "false", "null", "{}", "'", "--",
        "2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "\t", "\n", "é", "@file", "a\0b",
    ];

    /// <summary>The bounds of a setting and what lies next to them, its names if it has some, and what is odd.</summary>
    public static IEnumerable<string> Of(SettingProperty setting)
    {
        var type = setting.ValueType;
        IEnumerable<string> names = [.. setting.HelpName.Split('|'), .. type.IsEnum ? (string[])[.. Enum.GetNames(type), .. Enum.GetValues(type).Cast<int>().Select(v => $"{v}"), "99"] : []];
        return setting.Members.Select(m => m.Range).OfType<RangeAttribute>().SelectMany(range => Around(range, type == typeof(double))).Concat(names).Concat(Odd).Distinct();
    }

    /// <summary>Fails for a message that is of the program's inside, or says nothing.</summary>
    public static void AssertSaysSomething(string message, string context)
    {
        Assert.False(string.IsNullOrWhiteSpace(message), context);
        Assert.False(Inside().IsMatch(message), $"{context}: {message}");
    }

    private static IEnumerable<string> Around(RangeAttribute range, bool isReal)
    {
        foreach (var bound in (double[])[Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture)])
        {
            string[] near = isReal
                ? [Text(Math.BitDecrement(bound)), Text(bound), Text(Math.BitIncrement(bound))]
                : [$"{(long)bound - 1}", $"{(long)bound}", $"{(long)bound + 1}"];
            foreach (var text in near)
                yield return text;
        }
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Unexpected|Exception|System\.|Ntm\.(Core|Paper|Training|Tasks)|\b(Ntm|Lstm|Copy|RepeatCopy|AssociativeRecall|NGram|PrioritySort|Optimizer|Training|Checkpoint)Options|\b(GravesRmsProp|RmsProp|AdamW?|Sgd|ClipBy\w+)\.\b|Int32|Int64|\bat .*:line|   at ")]
    private static partial Regex Inside();
}
