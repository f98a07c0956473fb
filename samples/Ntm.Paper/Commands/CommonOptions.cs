using System.CommandLine;

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

    /// <summary>Refuses values below a bound, naming the option.</summary>
    public static Option<int> AtLeast(Option<int> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < least)
                result.AddError($"{option.Name} is {value}; it must be at least {least}.");
        });
        return option;
    }
}
