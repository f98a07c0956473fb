using System.Text.RegularExpressions;

namespace Ntm.Packages.Tests;

/// <summary>The page that a beginner follows, block by block.</summary>
internal static partial class GuidePage
{
    /// <summary>The heading of the part about the console program.</summary>
    private const string ProgramHeading = "## The program `ntm`";

    private static readonly string Text = File.ReadAllText(Path.Combine(PackageFeed.Repository, "docs", "getting-started.md"));

    /// <summary>The blocks about the packages.</summary>
    public static IEnumerable<(string Language, string Content)> OfPackages => Blocks(Text[..Place]);

    /// <summary>The blocks about the console program.</summary>
    public static IEnumerable<(string Language, string Content)> OfProgram => Blocks(Text[Place..]);

    private static int Place => Text.IndexOf(ProgramHeading, StringComparison.Ordinal) is var place and > 0
        ? place : throw new InvalidOperationException($"docs/getting-started.md has no heading '{ProgramHeading}'.");

    /// <summary>Tells where a shell block runs: in the repository, or in the beginner's own folder.</summary>
    public static bool IsForTheRepository(string content) => content.Contains("# in the repository", StringComparison.Ordinal);

    private static IEnumerable<(string, string)> Blocks(string text) =>
        Fence().Matches(text).Select(match => (match.Groups["language"].Value, match.Groups["content"].Value));

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
