namespace Ntm.Paper.Output;

/// <summary>What a user types to run this program.</summary>
internal static class ProgramName
{
    /// <summary>The command that <c>dotnet tool install</c> gives.</summary>
    public const string Tool = "ntm";

    /// <summary>What is to be typed before a command: the tool's name if it runs as that, or what runs it from this repository.</summary>
    public static string Command { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == Tool ? Tool : "dotnet run -c Release --project samples/Ntm.Paper --";
}
