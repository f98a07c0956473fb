namespace Ntm.Paper.Output;

/// <summary>Words of suggested commands, which users paste into a POSIX shell.</summary>
internal static class ShellWord
{
    private const string Harmless = "-_./:,=+@%";

    /// <summary>The word, quoted if a shell would read anything else than itself.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A path as an argument, which an option's name must not be taken for.</summary>
    public static string Path(string path) => Quote(path.StartsWith('-') ? $"./{path}" : path);

    /// <summary>Several words.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));
}

/// <summary>The command that runs this program.</summary>
internal static class ProgramName
{
    /// <summary>The command that <c>dotnet tool install</c> gives.</summary>
    public const string Tool = "ntm";

    /// <summary>The words before a command: the tool's name if it runs as the tool, or those that run it from this repository.</summary>
    public static string Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == Tool ? Tool : "dotnet run -c Release --project samples/Ntm.Paper --";
}
