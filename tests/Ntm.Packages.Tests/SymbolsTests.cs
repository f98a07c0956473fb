using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;

namespace Ntm.Packages.Tests;

/// <summary>The symbol packages for debugging have the sources, and no data about the machine that packed them.</summary>
public class SymbolsTests(PackageFeed feed)
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public static TheoryData<string> Packages => ["Ntm.Core", "Ntm.Distributed", "Ntm.Runtime", "Ntm.Tasks", "Ntm.Training"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_source_is_in_the_symbols(string id)
    {
        using var symbols = Symbols(id);
        var reader = symbols.GetMetadataReader();
        // The smallest package has seven sources.
        Assert.InRange(reader.Documents.Count, 5, 1000);
        Assert.DoesNotContain(reader.Documents, document => !reader.GetCustomDebugInformation(document).Any(i => Kind(reader, i) == EmbeddedSource));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_symbols_link_to_the_repository_if_it_has_an_address(string id)
    {
        XDocument nuspec;
        using (var package = feed.Open(id))
        using (var stream = package.GetEntry($"{id}.nuspec")!.Open())
            nuspec = XDocument.Load(stream);
        var address = nuspec.Descendants().SingleOrDefault(e => e.Name.LocalName == "repository")?.Attribute("url")?.Value;
        using var symbols = Symbols(id);
        var reader = symbols.GetMetadataReader();
        string[] links =
        [
            .. reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Where(i => reader.GetGuid(i.Kind) == SourceLink).Select(i => Encoding.UTF8.GetString(reader.GetBlobBytes(i.Value))),
        ];
        if (address is not null && address.StartsWith("https://", StringComparison.Ordinal))
            Assert.Contains("https://", Assert.Single(links));
        else
            Assert.DoesNotContain(links, link => link.Contains("https://", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Paths_are_the_same_whoever_builds(string id)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "CI is not 'true': a build for this machine alone, whose debugger finds the sources by their paths.");
        using var symbols = Symbols(id);
        var reader = symbols.GetMetadataReader();
        Assert.All(reader.Documents, document => Assert.StartsWith("/_", reader.GetString(reader.GetDocument(document).Name)));
    }

    private static Guid Kind(MetadataReader reader, CustomDebugInformationHandle information) => reader.GetGuid(reader.GetCustomDebugInformation(information).Kind);

    private MetadataReaderProvider Symbols(string id)
    {
        using var package = feed.Open(id, "snupkg");
        using var stream = package.GetEntry($"lib/net10.0/{id}.pdb")!.Open();
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return MetadataReaderProvider.FromPortablePdbStream(copy);
    }
}
