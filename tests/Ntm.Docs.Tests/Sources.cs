namespace Ntm.Docs.Tests;

/// <summary>The repository's sources, which documents speak of.</summary>
internal static class Sources
{
    private static readonly string[] Built = ["obj", "bin", "artifacts"];

    /// <summary>The files of a folder, without what a build put there.</summary>
    /// <param name="folder">A path in the repository.</param>
    /// <param name="pattern">The files' names.</param>
    public static IEnumerable<string> Files(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Documents.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Documents.NameOf(file).Split('/').Intersect(Built).Any())
            .Order(StringComparer.Ordinal);

    /// <summary>The folders right in a folder that hold sources themselves or below.</summary>
    /// <param name="folder">A path in the repository.</param>
    public static IEnumerable<string> Folders(string folder) =>
        Files(folder, "*.*").Select(file => Path.GetRelativePath(Path.Combine(Documents.Root, folder), file).Replace('\\', '/').Split('/'))
            .Where(parts => parts.Length > 1).Select(parts => parts[0]).Distinct();
}
