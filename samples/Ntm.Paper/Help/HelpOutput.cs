using System.CommandLine;
using System.CommandLine.Invocation;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;

namespace Ntm.Paper.Help;

/// <summary>The action of <c>--help</c>.</summary>
internal sealed class HelpOutput : SynchronousCommandLineAction
{
    private const int WidthOfFiles = 120;

    /// <summary>Help does not need the required options.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // The help of a command that there is not would be that of the program, as if all were well.
        if (parseResult.CommandResult.Command is RootCommand && parseResult.UnmatchedTokens.Count > 0)
        {
            foreach (var error in CommandLine.Errors(parseResult))
                parseResult.InvocationConfiguration.Error.WriteLine(error);
            parseResult.InvocationConfiguration.Error.WriteLine($"'{ProgramName.Tool} --help' tells more.");
            return ExitCode.WrongUsage;
        }

        var width = Console.IsOutputRedirected ? WidthOfFiles : Math.Clamp(Console.WindowWidth - 1, 60, WidthOfFiles);
        parseResult.InvocationConfiguration.Output.Write(HelpText.Of(parseResult.CommandResult.Command, width));
        return ExitCode.Success;
    }
}
