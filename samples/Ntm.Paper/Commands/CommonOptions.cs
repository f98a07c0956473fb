using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Ntm.Paper.Catalog;

namespace Ntm.Paper.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json")
    {
        Description = "Machine-readable result on standard output, as one JSON object on the last line; everything else goes to standard error.",
    };

    public static Argument<string> Model() => new("model")
    {
        Description = "A model's file, the folder that 'train' wrote, or a task, such as copy: the best model of it that comes with the program; copy-ntm-ff: the one of that architecture.",
    };

    public static Option<string?> Task() => new("--task")
    {
        Description = "The task of a model whose file names none, such as an imported one.",
        HelpName = "task",
    };

    public static Option<int> Seed() => AtLeast(new Option<int>("--seed")
    {
        Description = "Seed of the held-out sequences.",
        HelpName = "count",
        DefaultValueFactory = _ => 0,
    }, 0);

    public static Option<int> MemoryLocations() => AtLeast(new Option<int>("--memory-locations")
    {
        Description = "Give the trained model this many memory locations, at least its own. It is not trained again; docs/model.md has what the new locations hold.",
        HelpName = "count",
    }, 1);

    /// <summary>Returns the number that the user has given, or <see langword="null"/>.</summary>
    public static int? Given(ParseResult parse, Option<int> option) => parse.GetResult(option) is { Implicit: false } ? parse.GetValue(option) : null;

    /// <summary>Refuses what is no whole number of a range, naming the option.</summary>
    public static Option<int> AtLeast(Option<int> option, int least, int most = int.MaxValue)
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                result.AddError($"{option.Name} is '{text}'; it must be a whole number.");
            else if (value < least)
                result.AddError($"{option.Name} is {text}; it must be at least {least}.");
            else if (value > most)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {text}; it must be at most {most}."));
            else
                return (int)value;
            return 0;
        };
        return option;
    }

    /// <summary>An option with a file or folder to write, which must have a name.</summary>
    public static Option<string> Output(string description, string helpName)
    {
        var option = new Option<string>("--out") { Description = description, HelpName = helpName, Required = true };
        RefuseEmpty(option);
        return option;
    }

    /// <summary>Refuses what can be no path.</summary>
    public static void RefuseEmpty(Option<string> option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && (string.IsNullOrWhiteSpace(result.Tokens[0].Value) || result.Tokens[0].Value.Contains('\0')))
            result.AddError($"{option.Name} is '{result.Tokens[0].Value.Replace("\0", "\\0", StringComparison.Ordinal)}'; expected a path.");
    });
}

/// <summary>The options that choose one condition of an evaluation.</summary>
internal sealed class ConditionOptions
{
    public Option<int> Length { get; } = Of("--length", "copy, repeat-copy: only sequences of this length.", 1, TaskEntry.MostLength);

    public Option<int> Repeats { get; } = Of("--repeats", "repeat-copy: only this number of repeats.", 1, TaskEntry.MostRepeats);

    public Option<int> Items { get; } = Of("--items", "associative-recall: only this number of items.", 2, TaskEntry.MostItems);

    public EvaluationRequest Request(ParseResult parse) => new(CommonOptions.Given(parse, Length), CommonOptions.Given(parse, Repeats), CommonOptions.Given(parse, Items));

    private static Option<int> Of(string name, string description, int least, int most) =>
        CommonOptions.AtLeast(new Option<int>(name) { Description = description + " By default what the paper shows.", HelpName = "count" }, least, most);
}
