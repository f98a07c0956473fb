using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using System.Text.RegularExpressions;
using Ntm.Paper.Output;

namespace Ntm.Paper.Help;

/// <summary>The help of a command: what it does, how it is called, its options by section, examples, exit codes.</summary>
internal sealed partial class HelpText
{
    /// <summary>Longer names have their description on the next line.</summary>
    private const int NameWidth = 30;

    private readonly StringBuilder _text = new();
    private readonly Command _command;
    private readonly int _width;

    private HelpText(Command command, int width) => (_command, _width) = (command, width);

    /// <param name="command">The command.</param>
    /// <param name="width">The longest line, if words allow it.</param>
    public static string Of(Command command, int width)
    {
        var help = new HelpText(command, width);
        help.Write();
        return help._text.ToString();
    }

    private void Write()
    {
        var isRoot = _command is RootCommand;
        var options = Ancestors().SelectMany(c => c.Options.Where(o => c == _command || o.Recursive)).Where(o => !o.Hidden && (isRoot || o is not VersionOption)).ToList();
        Paragraph(_command.Description ?? "");
        Section("Usage");
        _text.Append($"  {ProgramName.Tool} ").Append(isRoot ? "<command>" : _command.Name);
        foreach (var argument in _command.Arguments)
            _text.Append(argument.Arity.MinimumNumberOfValues == 0 ? $" [<{argument.Name}>]" : $" <{argument.Name}>");
        foreach (var option in options.Where(o => o.Required))
            _text.Append($" {Name(option)}");
        _text.Append(" [options]\n");
        Rows("Commands", _command.Subcommands.Select(c => (c.Name, c.Description ?? "")));
        Rows("Arguments", _command.Arguments.Select(a => ($"<{a.Name}>", a.Description ?? "")));
        foreach (var (name, members) in HelpSections.Of(_command, options))
            Rows(name, members.Select(o => (Name(o), Description(o))));
        Examples(HelpExample.All.GetValueOrDefault(isRoot ? "" : _command.Name, []));
        if (isRoot)
            Rows("Exit codes", [($"{ExitCode.Success}", "done, or interrupted and saved"), ($"{ExitCode.Failure}", "failed"), ($"{ExitCode.WrongUsage}", "wrong usage"), ($"{ExitCode.OfSignal(0)} + n", "ended by signal n with nothing to save, or by a second signal: 130 for Ctrl-C")]);
        if (ProgramName.Command != ProgramName.Tool)
        {
            _text.Append('\n');
            Paragraph($"'{ProgramName.Tool}' stands for: {ProgramName.Command}");
        }
    }

    private IEnumerable<Command> Ancestors()
    {
        for (var command = _command; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
            yield return command;
    }

    private static string Name(Option option)
    {
        var name = string.Join(", ", option.Aliases.Where(a => a.StartsWith('-') && a != "-?").Append(option.Name));
        return option.ValueType == typeof(bool) || option is HelpOption or VersionOption ? name : $"{name} <{option.HelpName}>";
    }

    /// <summary>The description with the default; those of a training's settings say it themselves.</summary>
    private static string Description(Option option) => option switch
    {
        HelpOption => "Show this help.",
        VersionOption => "Show the version.",
        { HasDefaultValue: true } when option.ValueType != typeof(bool) => $"{option.Description} [default: {option.GetDefaultValue()}]",
        _ => option.Description ?? "",
    };

    private void Section(string name) => _text.Append($"\n{name}:\n");

    private void Rows(string section, IEnumerable<(string Name, string Description)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        Section(section);
        var indent = 4 + Math.Min(NameWidth, all.Max(row => row.Name.Length));
        foreach (var (name, description) in all)
        {
            _text.Append("  ").Append(name);
            if (name.Length > indent - 4)
                _text.Append('\n').Append(' ', indent);
            else
                _text.Append(' ', indent - 2 - name.Length);
            Wrapped(description, indent);
        }
    }

    private void Examples(HelpExample[] examples)
    {
        if (examples.Length == 0)
            return;
        Section("Examples");
        foreach (var example in examples)
        {
            _text.Append($"  {ProgramName.Tool} {example.Arguments}\n").Append(' ', 6);
            Wrapped(example.Purpose, indent: 6);
        }
    }

    private void Paragraph(string text) => Wrapped(text, indent: 0);

    /// <summary>A text from column <paramref name="indent"/> on, broken between words.</summary>
    private void Wrapped(string text, int indent)
    {
        var column = indent;
        foreach (Match word in Word().Matches(text))
        {
            if (column > indent && column + 1 + word.Length > _width)
            {
                _text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                _text.Append(' ');
                column++;
            }

            _text.Append(word.Value);
            column += word.Length;
        }

        _text.Append('\n');
    }

    /// <summary>A word; a default in brackets is one.</summary>
    [GeneratedRegex(@"\[default[^\]]*\]|\S+")]
    private static partial Regex Word();
}
