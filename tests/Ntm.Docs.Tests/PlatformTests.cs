using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Ntm.Docs.Tests;

/// <summary>The documents name the platforms and versions of the packages in the sources.</summary>
public partial class PlatformTests
{
    private static readonly Dictionary<string, string> Platforms = new()
    {
        ["linux-x64"] = "Linux x64",
        ["win-x64"] = "Windows x64",
        ["win-arm64"] = "Windows arm64",
        ["osx-arm64"] = "macOS arm64",
    };

    /// <summary>TorchSharp's package has a native library for each platform; our packages run on no other.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/getting-started.md")]
    public void The_platforms_are_those_of_TorchSharp(string document)
    {
        var package = typeof(PlatformTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharp").Value!;
        var expected = Directory.GetDirectories(Path.Combine(package, "runtimes")).Select(folder => Platforms[Path.GetFileName(folder)]);
        var named = Platform().Matches(Documents.Text(document)).Select(match => match.Value).Distinct();
        Assert.Equal(expected.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    /// <summary>"On macOS" would also promise Intel Macs.</summary>
    [Fact]
    public void No_document_promises_a_system_whatever_its_processor() =>
        Assert.Empty(Documents.All().Where(file => AnyMac().IsMatch(File.ReadAllText(file))).Select(Documents.NameOf));

    [Fact]
    public void Versions_of_packages_are_those_of_the_build()
    {
        var versions = XDocument.Parse(Documents.Text("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        var shown = Documents.All().SelectMany(file => Version().Matches(File.ReadAllText(file))).Select(m => (m.Groups["package"].Value, m.Groups["version"].Value)).ToList();
        Assert.NotEmpty(shown);
        Assert.All(shown, package => Assert.Equal(versions[package.Item1], package.Item2));
        var torchSharp = versions["TorchSharp-cpu"];
        var mentions = Documents.All().SelectMany(file => Mention().Matches(File.ReadAllText(file))).Select(m => m.Groups["version"].Value).ToList();
        Assert.NotEmpty(mentions);
        Assert.All(mentions, mention => Assert.True(torchSharp == mention || torchSharp.StartsWith($"{mention}.", StringComparison.Ordinal), $"TorchSharp {mention} is shown, and {torchSharp} is used."));
    }

    [GeneratedRegex(@"\b(Linux|Windows|macOS) (x64|arm64)\b")]
    private static partial Regex Platform();

    [GeneratedRegex(@"\bmacOS\b(?! arm64)")]
    private static partial Regex AnyMac();

    [GeneratedRegex(@"(?<package>[A-Za-z][\w.-]+) --version (?<version>\d[\d.]*\d)")]
    private static partial Regex Version();

    [GeneratedRegex(@"\bTorchSharp (?<version>\d[\d.]*\d)")]
    private static partial Regex Mention();
}
