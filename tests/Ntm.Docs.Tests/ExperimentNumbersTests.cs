using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>For a command that the report has as well, docs/experiments.md has the report's numbers or none.</summary>
public partial class ExperimentNumbersTests
{
    private static readonly string Page = Documents.Text("docs/experiments.md");

    [Fact]
    public void What_both_pages_measured_is_the_same()
    {
        var published = Published();
        var shown = Rows().Concat(SeedRows()).ToList();
        Assert.True(shown.Count > 25, $"found only {shown.Count} trainings");
        var both = shown.Where(row => published.ContainsKey(row.Command)).ToList();
        Assert.True(both.Count >= 5, $"found only {both.Count} trainings that docs/results.json has, too");
        Assert.Empty(both.Where(row => !Agrees(row, published[row.Command])).Select(row => $"{row}; docs/results.json has {published[row.Command]}"));
    }

    private static bool Agrees(Training shown, Training published) =>
        shown.Sequences == published.Sequences && Rounds(shown.Cost, published.Cost) && Rounds(shown.Errors, published.Errors);

    /// <summary>Tells whether two numbers are equal to the shown number of places.</summary>
    private static bool Rounds(string shown, string published)
    {
        if (Number().Match(shown) is not { Success: true } number)
            return true;
        var places = number.Value.Contains('.', StringComparison.Ordinal) ? number.Value.Split('.')[1].Length : 0;
        var difference = Math.Abs(Parse(number.Value) - Parse(published));
        return difference <= 0.5001 * Math.Pow(10, -places);
    }

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);

    private static Dictionary<string, Training> Published()
    {
        using var json = JsonDocument.Parse(Documents.Text("docs/results.json"));
        return json.RootElement.GetProperty("tasks").EnumerateArray()
            .SelectMany(task => task.GetProperty("architectures").EnumerateArray())
            .SelectMany(architecture => architecture.GetProperty("seeds").GetProperty("trainings").EnumerateArray().Concat(architecture.GetProperty("further").EnumerateArray()))
            .Select(t => new Training(
                t.GetProperty("command").GetString()!, t.GetProperty("sequencesSeen").GetInt64(), Text(t.GetProperty("excessCostBits")), Text(t.GetProperty("wrongBits"))))
            .ToDictionary(t => t.Command);
    }

    private static string Text(JsonElement number) => number.GetDouble().ToString("F8", CultureInfo.InvariantCulture);

    /// <summary>Rows that begin with a command: sequences, seconds, cost, errors.</summary>
    private static IEnumerable<Training> Rows() => CommandRow().Matches(Page)
        .Select(row => new Training(row.Groups["command"].Value, Count(row.Groups["sequences"].Value), row.Groups["cost"].Value, row.Groups["errors"].Value));

    /// <summary>Rows that begin with a seed, below a command with <c>--seed S</c>.</summary>
    private static IEnumerable<Training> SeedRows()
    {
        foreach (Match row in SeedRow().Matches(Page))
        {
            var command = SeedCommand().Matches(Page[..row.Index])[^1].Groups["command"].Value;
            var cells = row.Groups["cells"].Value.Split(" | ");
            yield return new Training(
                row.Groups["seed"].Value == "1" ? command.Replace(" --seed S", "", StringComparison.Ordinal) : command.Replace(" S", $" {row.Groups["seed"].Value}", StringComparison.Ordinal),
                Count(cells[0]), cells[^2], cells[^1]);
        }
    }

    private static long Count(string number) => long.Parse(number.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private sealed record Training(string Command, long Sequences, string Cost, string Errors);

    [GeneratedRegex(@"^\| `(?<command>train [^`]+)`[^|]* \| (?<sequences>[\d,]+) \| [^|]*\| (?<cost>[^|]+) \| (?<errors>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"^\| (?<seed>\d+) \| (?<cells>\d+,[\d,]+ \| .+ \| [\d.]+) \|$", RegexOptions.Multiline)]
    private static partial Regex SeedRow();

    [GeneratedRegex(@"`(?<command>train [^`]*--seed S)`")]
    private static partial Regex SeedCommand();

    [GeneratedRegex(@"^[\d.]+")]
    private static partial Regex Number();
}
