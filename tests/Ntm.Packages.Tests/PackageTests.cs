using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ntm.Core.Tests.NativeLoading;

namespace Ntm.Packages.Tests;

/// <summary>The packages as users get them: their content, and programs that use them.</summary>
public class PackageTests(PackageFeed feed)
{
    [Theory]
    [InlineData("Ntm.Runtime", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Options")]
    [InlineData("Ntm.Core", "Google.Protobuf", "Ntm.Runtime", "TorchSharp")]
    [InlineData("Ntm.Tasks", "Ntm.Core", "TorchSharp")]
    [InlineData("Ntm.Distributed", "Ntm.Training")]
    [InlineData("Ntm.Training", "Ntm.Core", "Ntm.Tasks", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.Options", "System.Numerics.Tensors")]
    public void A_package_says_what_it_is_and_brings_what_it_needs(string id, params string[] dependencies)
    {
        using var package = feed.Open(id);
        XDocument nuspec;
        using (var stream = package.GetEntry($"{id}.nuspec")!.Open())
            nuspec = XDocument.Load(stream);
        XElement[] Elements(string name) => [.. nuspec.Descendants().Where(e => e.Name.LocalName == name)];
        Assert.Equal("MIT", Assert.Single(Elements("license")).Value);
        Assert.Equal("expression", Elements("license")[0].Attribute("type")!.Value);
        Assert.Contains("neural-turing-machine", Assert.Single(Elements("tags")).Value);
        Assert.True(Assert.Single(Elements("description")).Value.Length > 40);
        var needed = Elements("dependency").ToDictionary(d => d.Attribute("id")!.Value, d => d.Attribute("version")!.Value);
        Assert.Equal(dependencies.Order(), needed.Keys.Order());
        Assert.Equal(needed.ContainsKey("TorchSharp") ? "[0.107.0, 0.108.0)" : null, needed.GetValueOrDefault("TorchSharp"));

        var files = package.Entries.Select(e => e.FullName).ToList();
        Assert.Contains(Assert.Single(Elements("readme")).Value, files);
        Assert.Contains(Assert.Single(Elements("icon")).Value, files);
        Assert.Contains($"lib/net10.0/{id}.xml", files);
        Assert.Equal([$"lib/net10.0/{id}.dll"], files.Where(f => Regex.IsMatch(f, @"\.(dll|so|dylib)$")));
        Assert.Equal(id == "Ntm.Core", files.Contains("buildTransitive/Ntm.Core.targets"));
        using var symbols = feed.Open(id, "snupkg");
        Assert.Contains($"lib/net10.0/{id}.pdb", symbols.Entries.Select(e => e.FullName));
    }

    [Fact]
    public void Our_packages_were_put_into_the_consumers_empty_folder()
    {
        RequireRunnable();
        Assert.Equal(["ntm.core", "ntm.runtime", "ntm.tasks", "ntm.training"], Directory.GetDirectories(Path.Combine(feed.Root, "packages")).Select(f => Path.GetFileName(f)).Where(name => name.StartsWith("ntm.", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void A_program_trains_through_services()
    {
        var match = Matched("train", @"^cost (\d+\.\d+) then (\d+\.\d+), 3 inputs$");
        // Bits of two channels and two steps on average: an untrained model pays one for each.
        Assert.InRange(Number(match, 1), 2.5, 6);
        Assert.InRange(Number(match, 2), 0, Number(match, 1) / 2);
    }

    [Fact]
    public void A_program_embeds_the_cell_in_a_model_of_its_own()
    {
        var match = Matched("embed", @"^loss (\d+\.\d+) then (\d+\.\d+), 2 and (\d+) parameters$");
        Assert.True(Number(match, 2) < Number(match, 1));
        Assert.True(Number(match, 3) >= 10);
    }

    [Fact]
    public void A_program_brings_parts_of_its_own() => Matched("parts", "^Reference, the same after loading: True$");

    [Fact]
    public void A_program_runs_from_a_single_file_that_brings_its_runtime()
    {
        RequireRunnable();
        var to = Path.Combine(feed.Root, "published");
        PackageFeed.Succeed(feed.Project, "publish", "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:PublishSingleFile=true", "-v:q", "-nologo", "-o", to);
        Assert.Empty(Directory.GetFiles(to, "Ntm.*.dll"));
        var (exitCode, output) = DotnetCli.Run(Path.Combine(to, "Consumer"), to, "parts");
        Assert.Equal((0, "Reference, the same after loading: True"), (exitCode, output.Trim()));
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value);

    private static void RequireRunnable() => Assert.SkipUnless(PackageFeed.IsRunnable, "The consumer references libtorch for Linux x64, and this is another platform.");

    private Match Matched(string command, string pattern)
    {
        RequireRunnable();
        var output = PackageFeed.Succeed(feed.Project, Path.Combine("bin", "Release", "net10.0", "Consumer.dll"), command).Trim();
        var match = Regex.Match(output, pattern);
        Assert.True(match.Success, output);
        return match;
    }
}
