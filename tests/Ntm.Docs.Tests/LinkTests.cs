using System.Text.RegularExpressions;

namespace Ntm.Docs.Tests;

/// <summary>Links lead to existing files and headings. Links to other sites are not checked.</summary>
public partial class LinkTests
{
    [Fact]
    public void Every_link_leads_somewhere()
    {
        var links = Documents.All().SelectMany(LinksOf).ToList();
        Assert.True(links.Count > 50, $"found only {links.Count} links");
        Assert.Empty(links.Where(link => !Leads(link.File, link.Target)).Select(link => $"{Documents.NameOf(link.File)}: {link.Target}"));
    }

    [Fact]
    public void The_page_of_pages_names_every_page_of_docs()
    {
        var index = Path.Combine(Documents.Root, "docs", "README.md");
        var named = LinksOf(index).Select(link => link.Target).ToHashSet();
        var pages = Directory.EnumerateFiles(Path.Combine(Documents.Root, "docs"), "*.md").Select(f => Path.GetFileName(f));
        Assert.DoesNotContain(pages, page => page != "README.md" && !named.Contains(page));
    }

    [Theory]
    [InlineData("The paper's tasks", "the-papers-tasks")]
    [InlineData("`forward(Tensor, NtmState?)`", "forwardtensor-ntmstate")]
    [InlineData("`--seeds` and C#", "--seeds-and-c")]
    public void A_heading_has_the_anchor_that_GitHub_gives_it(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    private static IEnumerable<(string File, string Target)> LinksOf(string file) =>
        Link().Matches(WithoutCode(File.ReadAllText(file))).Select(match => (file, match.Groups["target"].Value));

    private static bool Leads(string file, string target)
    {
        if (target.StartsWith("https://", StringComparison.Ordinal))
            return true;
        var parts = target.Split('#', 2);
        var path = parts[0].Length == 0 ? file : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, Uri.UnescapeDataString(parts[0])));
        if (!File.Exists(path) && !Directory.Exists(path))
            return false;
        return parts.Length == 1 || Heading().Matches(Fence().Replace(File.ReadAllText(path), "")).Any(heading => Anchor(heading.Groups["text"].Value) == parts[1]);
    }

    private static string Anchor(string heading) => Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string WithoutCode(string text) => InlineCode().Replace(Fence().Replace(text, ""), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
