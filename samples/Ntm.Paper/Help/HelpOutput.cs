using System.CommandLine;
using System.CommandLine.Invocation;

namespace Ntm.Paper.Help;

/// <summary>What <c>--help</c> does.</summary>
internal sealed class HelpOutput : SynchronousCommandLineAction
{
    private const int WidthOfFiles = 120;

    /// <summary>Whoever asks for help need not have given what is required.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var width = Console.IsOutputRedirected ? WidthOfFiles : Math.Clamp(Console.WindowWidth - 1, 60, WidthOfFiles);
        parseResult.InvocationConfiguration.Output.Write(HelpText.Of(parseResult.CommandResult.Command, width));
        return 0;
    }
}
