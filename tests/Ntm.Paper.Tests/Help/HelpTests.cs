using System.CommandLine;
using Ntm.Paper.Commands;
using Ntm.Paper.Help;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Help;

public class HelpTests
{
    private static readonly RootCommand Root = PaperProgram.Create(out _);

    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(c => c.Name)];

    public static TheoryData<string, string> Examples => [.. HelpExample.All.SelectMany(of => of.Value.Select(e => (of.Key, e.Arguments)))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_is_a_command_of_the_program(string command, string arguments)
    {
        var parse = Root.Parse(arguments.Split(' '));
        Assert.Empty(parse.Errors);
        Assert.Empty(parse.UnmatchedTokens);
        if (command.Length > 0)
            Assert.Equal(command, parse.CommandResult.Command.Name);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_examples_and_every_option_is_told_of_once(string name)
    {
        var command = Root.Subcommands.Single(c => c.Name == name);
        var help = HelpText.Of(command, 100);
        Assert.StartsWith(command.Description![..20], help);
        Assert.Contains($"\nUsage:\n  ntm {name} ", help);
        Assert.Contains($"\nExamples:\n  ntm {name}", help);
        foreach (var option in command.Options)
            Assert.Single(help.Split('\n'), line => line.TrimStart().Split(' ', ',').Contains(option.Name) && line.StartsWith("  -", StringComparison.Ordinal));
        Assert.Contains("--help", help);
        Assert.Contains("--verbose", help);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_has_the_name_by_which_it_is_found_alone(string name)
    {
        var alone = PaperProgram.Create(out _, name);
        Assert.Equal(name, Assert.Single(alone.Subcommands).Name);
        Assert.Equal(HelpText.Of(Root.Subcommands.Single(c => c.Name == name), 100), HelpText.Of(alone.Subcommands[0], 100));
    }

    [Fact]
    public void The_programs_help_has_commands_examples_and_exit_codes()
    {
        var help = HelpText.Of(Root, 100);
        foreach (var command in Root.Subcommands)
            Assert.Contains($"\n  {command.Name} ", help);
        Assert.Contains("\n  ntm train copy\n", help);
        Assert.Contains("\nExit codes:\n  0 ", help);
    }

    [Fact]
    public void The_settings_of_a_training_stand_in_sections()
    {
        var help = HelpText.Of(Root.Subcommands.Single(c => c.Name == "train"), 100);
        int[] places = [.. SettingSection.All.Select(section => help.IndexOf($"\n{section}:\n", StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.InRange(help.IndexOf("  --memory-width ", StringComparison.Ordinal), places[1], places[2]);
        Assert.InRange(help.IndexOf("  --lr ", StringComparison.Ordinal), places[3], places[4]);
        Assert.All(SettingProperty.All, setting => Assert.Contains(setting.Section, SettingSection.All));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    public void Lines_are_broken_between_words(int width)
    {
        foreach (var command in Root.Subcommands)
        {
            // Commands and options are not broken, nor is a default.
            var lines = HelpText.Of(command, width).Split('\n').Where(line => !line.StartsWith("  ntm ", StringComparison.Ordinal) && !line.StartsWith("  -", StringComparison.Ordinal) && !line.TrimStart().StartsWith("[default", StringComparison.Ordinal));
            Assert.All(lines, line => Assert.True(line.Length <= width, line));
        }
    }
}
