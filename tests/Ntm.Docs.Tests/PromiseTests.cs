using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>Each promise of docs/safety.md has an existing test.</summary>
public partial class PromiseTests
{
    private static readonly string Page = Documents.Text("docs/safety.md");

    [Fact]
    public void Each_promise_names_tests_that_exist()
    {
        var rows = Rows();
        Assert.InRange(rows.Count, 15, 100);
        var classes = Sources.Files("tests").SelectMany(file => Class().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)).ToHashSet();
        Assert.All(rows, row =>
        {
            var named = Name().Matches(row.Groups["tests"].Value).Select(match => match.Groups["name"].Value).ToList();
            Assert.True(named.Count > 0, $"The promise '{row.Groups["promise"].Value}' names no test; docs/safety.md has '{row.Groups["tests"].Value}'.");
            Assert.All(named, name => Assert.True(classes.Contains(name), $"The promise '{row.Groups["promise"].Value}' names {name}, and no class in tests is called so."));
        });
    }

    /// <summary>Every section of promises has a row.</summary>
    [Fact]
    public void The_table_covers_every_section()
    {
        var sections = Section().Matches(Page).Select(match => match.Groups["word"].Value).Where(word => word != "The").ToList();
        var rows = Rows().Select(row => row.Groups["promise"].Value).ToList();
        Assert.DoesNotContain(sections, section => !rows.Exists(row => row.StartsWith(section, StringComparison.Ordinal)));
    }

    /// <summary>The rows of the table, whatever their second cell contains.</summary>
    private static List<Match> Rows() =>
        [.. Row().Matches(Page[Page.IndexOf("## The tests", StringComparison.Ordinal)..]).Where(row => row.Groups["promise"].Value is not ("Promise" or "---"))];

    [GeneratedRegex(@"^\| (?<promise>[^|]+) \| (?<tests>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\bclass (?<name>\w+Tests)\b")]
    private static partial Regex Class();

    [GeneratedRegex("`(?<name>[A-Za-z]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^## (?<word>\w+)", RegexOptions.Multiline)]
    private static partial Regex Section();
}
