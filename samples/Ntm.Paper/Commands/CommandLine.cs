using System.CommandLine;
using Ntm.Paper.Help;

namespace Ntm.Paper.Commands;

/// <summary>Takes a command line apart, and says in the user's words what is wrong with it.</summary>
internal static class CommandLine
{
    // Words that begin with @ are names of files as any other: one that names itself would be read forever.
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    public static ParseResult Parse(RootCommand root, IReadOnlyList<string> arguments) => root.Parse(arguments, Configuration);

    /// <summary>Returns the errors, a line each; unknown words first, with a suggestion.</summary>
    public static IReadOnlyList<string> Errors(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        if (command is RootCommand && parse.UnmatchedTokens is [var word, ..])
        {
            return word.StartsWith('-')
                ? [Unknown(word, "no option of the program", OptionsOf(command))]
                : [Unknown(word, "no command", command.Subcommands.Select(c => c.Name))];
        }

        List<string> errors = [];
        string? before = null;
        foreach (var token in parse.UnmatchedTokens)
        {
            if (token.StartsWith('-'))
                errors.Add(Unknown(token.Split('=', ':')[0], $"no option of '{command.Name}'", OptionsOf(command)));
            else if (before?.StartsWith('-') != true)
                errors.Add($"'{token}' is one word too many for '{command.Name}'.");
            // What follows an unknown option is its value.
            before = token;
        }

        var known = parse.Errors.Where(e => !parse.UnmatchedTokens.Any(t => e.Message.Contains($"'{t}'", StringComparison.Ordinal)));
        return [.. errors, .. known.Select(e => e.Message).Distinct()];
    }

    private static string Unknown(string word, string what, IEnumerable<string> known) =>
        Suggestion.For(word, known) is { } meant ? $"'{word}' is {what}; did you mean '{meant}'?" : $"'{word}' is {what}.";

    private static IEnumerable<string> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(c => c.Options.Where(o => o.Recursive)))
            .Where(o => !o.Hidden).SelectMany(o => o.Aliases.Where(a => a.StartsWith("--", StringComparison.Ordinal)).Prepend(o.Name));
}
