using System.CommandLine;
using System.Text.RegularExpressions;
using Ntm.Paper.Commands;

namespace Ntm.Docs.Tests;

/// <summary>The console program has the commands and options that the documents show.</summary>
public partial class ProgramCommandTests
{
    private static readonly RootCommand Program = PaperProgram.Create(out _);

    private static readonly string[] Commands = [.. Program.Subcommands.Select(command => command.Name)];

    [Fact]
    public void Every_command_is_understood()
    {
        var commands = Documents.All().SelectMany(file => CommandsOf(File.ReadAllText(file)).Select(command => (Document: Documents.NameOf(file), Command: command))).ToList();
        Assert.True(commands.Count > 60, $"found only {commands.Count} commands");
        Assert.Empty(commands.SelectMany(c => Errors(c.Command).Select(error => $"{c.Document}: {c.Command}: {error}")).Distinct());
    }

    /// <summary>A sentence may name an option at the end, without its value.</summary>
    private static IEnumerable<string> Errors(string command)
    {
        var errors = Program.Parse(command).Errors;
        return errors.Count > 0 && Program.Parse($"{command} 1").Errors.Count == 0 ? [] : errors.Select(error => error.Message);
    }

    [Fact]
    public void A_command_that_it_does_not_know_is_found() => Assert.NotEmpty(Program.Parse("train copy --no-such-option 3").Errors);

    [Fact]
    public void The_changelog_has_every_command() =>
        Assert.Contains($"The console program: {string.Join(", ", Commands.Select(command => $"`{command}`"))};", Documents.Text("CHANGELOG.md"), StringComparison.Ordinal);

    /// <summary>Sentences name options as well.</summary>
    [Fact]
    public void Every_option_is_one_of_a_program()
    {
        var known = Program.Subcommands.SelectMany(command => command.Options).Concat(Program.Options).Select(option => option.Name).ToHashSet();
        known.UnionWith(["--global", "--tool-path", "--filter", "--array", "--cpus-per-task", "--bind-to", "--oversubscribe"]);   // of dotnet tool install, BenchmarkDotNet, sbatch and mpirun
        var ours = string.Concat(Sources.Files("tools", "*.py").Concat(Sources.Files("benchmarks")).Select(File.ReadAllText));
        var named = Documents.All().SelectMany(file => Option().Matches(File.ReadAllText(file)).Select(m => (Document: Documents.NameOf(file), Option: m.Groups["option"].Value))).ToList();
        Assert.True(named.Count > 20, $"found only {named.Count} options");
        Assert.Empty(named.Where(n => !known.Contains(n.Option) && !ours.Contains($"\"{n.Option}\"", StringComparison.Ordinal)).Distinct());
    }

    /// <summary>Returns the shell lines and the code in sentences that call the program; letters that stand for a value get one.</summary>
    private static IEnumerable<string> CommandsOf(string text)
    {
        var lines = Shell().Matches(text).SelectMany(block => block.Groups["code"].Value.Split('\n')).Select(line => Call().Match(line)).Where(call => call.Success)
            .Select(call => call.Groups["command"].Value);
        var inline = Code().Matches(Fence().Replace(text, "")).SelectMany(code => code.Groups["code"].Value.Split("; "))
            .Select(code => code.StartsWith("ntm ", StringComparison.Ordinal) ? code["ntm ".Length..] : code)
            .Where(code => Commands.Any(command => code.StartsWith(command + " ", StringComparison.Ordinal)));
        return lines.Concat(inline).Select(command => Placeholder().Replace(command.ReplaceLineEndings(" "), " 1").Trim());
    }

    [GeneratedRegex(@"^```(sh|bash)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(tools/ntm|ntm|dotnet run -c Release --project samples/Ntm\.Paper --) (?<command>[a-z-][^#]*)")]
    private static partial Regex Call();

    [GeneratedRegex(@"`(?<code>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`(?<option>--[a-z][a-z-]*)[^`]*`")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<=--[a-z-]+) [A-Z]\b")]
    private static partial Regex Placeholder();
}
