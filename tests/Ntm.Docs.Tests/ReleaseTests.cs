using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ntm.Docs.Tests;

/// <summary>The parts of the repository that a release uses: its notes and the version that packages are compared with.</summary>
public sealed partial class ReleaseTests : IDisposable
{
    private const string Sample = """
        # Changelog

        ## Unreleased

        - not yet

        ## [1.10.0] - 2026-03-01

        ### Added

        - ten


        - and more

        ## 1.1.0

        - one
        ## 1.0.0
        """;

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("1.10.0", "### Added\n\n- ten\n\n\n- and more\n")]
    [InlineData("1.1.0", "- one\n")]
    [InlineData("Unreleased", "- not yet\n")]
    public void Notes_are_what_stands_under_the_version(string version, string notes) => Assert.Equal((0, notes), Notes(version, Sample));

    /// <summary>The dots of a version are not wildcards, and a heading without notes does not count.</summary>
    [Theory]
    [InlineData("1.0.0")]
    [InlineData("2.0.0")]
    [InlineData("1.1")]
    [InlineData("1x1.0")]
    public void A_version_without_notes_is_an_error(string version)
    {
        var (exitCode, output) = Notes(version, Sample);
        Assert.Equal(1, exitCode);
        Assert.Contains($"no notes under a heading '## {version}'", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_changelog_has_notes_for_its_newest_heading()
    {
        var newest = Heading().Match(Documents.Text("CHANGELOG.md")).Groups["version"].Value;
        var (exitCode, notes) = Notes(newest, Documents.Text("CHANGELOG.md"));
        Assert.Equal(0, exitCode);
        Assert.StartsWith("###", notes, StringComparison.Ordinal);
    }

    /// <summary>The baseline is the newest release, or the previous one while the newest is being made; none if there is no release.</summary>
    [Fact]
    public void Packages_are_compared_with_the_last_release()
    {
        var baseline = XDocument.Parse(Documents.Text("Directory.Build.props")).Descendants("PackageValidationBaselineVersion").Single().Value;
        var releases = Heading().Matches(Documents.Text("CHANGELOG.md")).Select(match => match.Groups["version"].Value).Where(version => version != "Unreleased").ToList();
        Assert.Contains(baseline, releases.Count < 2 ? [.. releases, ""] : releases.Take(2));
    }

    private (int ExitCode, string Output) Notes(string version, string changelog)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for the machine that makes releases, which runs Linux.");
        File.WriteAllText(_file, changelog);
        using var process = Process.Start(new ProcessStartInfo("sh", [Path.Combine(Documents.Root, "tools", "release-notes.sh"), version, _file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    [GeneratedRegex(@"^## \[?(?<version>[^\]\s]+)", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
