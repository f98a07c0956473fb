using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>GitHub shows a form that breaks its rules as an error, but only after a merge.</summary>
public partial class IssueFormTests
{
    private static readonly string[] Kinds = ["markdown", "textarea", "input", "dropdown", "checkboxes"];

    public static TheoryData<string> Forms => [.. YamlFile.All().Where(file => file.StartsWith(".github/ISSUE_TEMPLATE/", StringComparison.Ordinal) && !file.EndsWith("config.yml", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_follows_the_rules(string file)
    {
        var form = YamlFile.Read(file);
        Assert.All((string[])["name", "description"], key => Assert.False(string.IsNullOrWhiteSpace(form.Text(key)), key));
        var fields = form.Items("body").ToList();
        Assert.All(fields, field => Assert.Contains(field.Text("type"), Kinds));
        var asked = fields.Where(field => field.Text("type") != "markdown").ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, field => Assert.False(string.IsNullOrWhiteSpace(field.Find("attributes")?.Text("label"))));
        Assert.Equal(asked.Count, asked.Select(field => Assert.IsType<string>(field.Text("id"))).Distinct().Count());
        Assert.All(fields.Except(asked), field => Assert.False(string.IsNullOrWhiteSpace(field.Find("attributes")?.Text("value"))));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_asks_for_versions_and_its_links_lead_to_files(string file)
    {
        var text = Documents.Text(file);
        Assert.Contains("`ntm info`", text, StringComparison.Ordinal);
        var targets = Link().Matches(text).Select(match => match.Groups["path"].Value).ToList();
        Assert.NotEmpty(targets);
        Assert.All(targets, target => Assert.True(File.Exists(Path.Combine(Documents.Root, target)), target));
    }

    [Fact]
    public void The_systems_to_choose_are_those_of_the_README()
    {
        var form = YamlFile.Read(".github/ISSUE_TEMPLATE/bug.yml");
        var systems = form.Items("body").Single(field => field.Text("id") == "system").Find("attributes")!.Items("options").Select(option => option.ToString()).ToList();
        var named = System().Matches(Documents.Text("README.md")).Select(match => match.Value).Distinct();
        Assert.Equal(named.Append("another one").Order(StringComparer.Ordinal), systems.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\]\(\.\./blob/main/(?<path>[^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(Linux|Windows|macOS) (x64|arm64)\b")]
    private static partial Regex System();
}
