using System.Text.RegularExpressions;

namespace Ntm.Paper.Reproduce;

/// <summary>Paths as a report may show them: without the folders of the machine that wrote it.</summary>
internal static partial class PortablePath
{
    /// <summary>A training's folder below its budget's: <c>quick/copy-ntm-lstm/seed-1</c>.</summary>
    private const int Kept = 3;

    /// <summary>A training's folder, relative to where the program runs, or, if it is not below, to the folder of the report.</summary>
    public static string Of(string folder)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), folder);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal)
            ? string.Join('/', Path.GetFullPath(folder).Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).TakeLast(Kept))
            : relative;
    }

    /// <summary>A text in which absolute paths have lost their folders.</summary>
    public static string InText(string text) => Folders().Replace(text, "");

    [GeneratedRegex("""(?<![\w.\\/-])([A-Za-z]:)?[\\/]([^\s\\/:'"]+[\\/])+""")]
    private static partial Regex Folders();
}
