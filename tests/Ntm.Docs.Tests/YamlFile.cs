using YamlDotNet.RepresentationModel;

namespace Ntm.Docs.Tests;

/// <summary>A file of YAML in the repository.</summary>
internal static class YamlFile
{
    /// <summary>All of <c>.github</c>, by their paths in the repository.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Path.Combine(Documents.Root, ".github"), "*.yml", SearchOption.AllDirectories).Select(Documents.NameOf).Order(StringComparer.Ordinal);

    /// <summary>The mapping at the top of a file.</summary>
    /// <param name="name">Its path in the repository.</param>
    public static YamlMappingNode Read(string name)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Documents.Text(name)));
        return Assert.IsType<YamlMappingNode>(Assert.Single(yaml.Documents).RootNode);
    }

    /// <summary>The value of a key, or null.</summary>
    public static YamlNode? Find(this YamlNode node, string key) => node is YamlMappingNode mapping && mapping.Children.TryGetValue(key, out var value) ? value : null;

    /// <summary>The text of a key, or null.</summary>
    public static string? Text(this YamlNode node, string key) => (node.Find(key) as YamlScalarNode)?.Value;

    /// <summary>The items of a key's sequence; none if it is missing.</summary>
    public static IEnumerable<YamlNode> Items(this YamlNode node, string key) => node.Find(key) as YamlSequenceNode ?? [];

    /// <summary>The entries of a key's mapping; none if it is missing.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Entries(this YamlNode node, string key) =>
        node.Find(key) is YamlMappingNode mapping ? mapping.Select(entry => (((YamlScalarNode)entry.Key).Value!, entry.Value)) : [];
}
