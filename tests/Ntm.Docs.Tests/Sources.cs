namespace Ntm.Docs.Tests;

/// <summary>The repository's sources, which documents refer to.</summary>
internal static class Sources
{
    private static readonly string[] Built = ["obj", "bin", "artifacts"];

    /// <summary>Returns the files of a folder, without build output.</summary>
    /// <param name="folder">A path in the repository.</param>
    /// <param name="pattern">The pattern of the files' names.</param>
    public static IEnumerable<string> Files(string folder, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Documents.Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Documents.NameOf(file).Split('/').Intersect(Built).Any())
            .Order(StringComparer.Ordinal);

    /// <summary>Returns the direct subfolders of a folder that contain sources, directly or below.</summary>
    /// <param name="folder">A path in the repository.</param>
    public static IEnumerable<string> Folders(string folder) =>
        Files(folder, "*.*").Select(file => Path.GetRelativePath(Path.Combine(Documents.Root, folder), file).Replace('\\', '/').Split('/'))
            .Where(parts => parts.Length > 1).Select(parts => parts[0]).Distinct();
}
