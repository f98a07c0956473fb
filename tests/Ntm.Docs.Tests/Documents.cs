using System.Reflection;

namespace Ntm.Docs.Tests;

/// <summary>The repository's documents.</summary>
internal static class Documents
{
    private static readonly string[] Folders = ["docs", "src", "samples", "benchmarks"];

    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Path.GetFullPath(
        typeof(Documents).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!);

    /// <summary>The folder of the API reference, which a program writes.</summary>
    public static string Reference { get; } = Path.Combine(Root, "docs", "api");

    /// <summary>All Markdown files that people read, as full paths.</summary>
    public static IEnumerable<string> All() =>
    [
        .. Directory.EnumerateFiles(Root, "*.md"),
        .. Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns the text of a document.</summary>
    /// <param name="name">Its path in the repository.</param>
    public static string Text(string name) => File.ReadAllText(Path.Combine(Root, name));

    /// <summary>A document's name in messages.</summary>
    public static string NameOf(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');
}
