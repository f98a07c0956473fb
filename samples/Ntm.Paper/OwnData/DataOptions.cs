using System.CommandLine;
using Ntm.Paper.Commands;
using Ntm.Paper.Settings;

namespace Ntm.Paper.OwnData;

/// <summary>The options of commands that use a model on a file's sequences.</summary>
internal sealed class DataOptions
{
    /// <param name="description">What the command does with the sequences.</param>
    public DataOptions(string description)
    {
        File = new Option<string>("--data") { Description = description, HelpName = "file" };
        CommonOptions.RefuseEmpty(File);
    }

    public Option<string> File { get; }

    public Option<string?> Loss { get; } = LossOption("With --data: what the model's outputs are, if its file does not tell");

    /// <summary>An option for the loss of a model whose file has no settings.</summary>
    public static Option<string?> LossOption(string description)
    {
        var names = Enum.GetValues<DataLoss>().Select(SettingsJson.Name).ToList();
        var option = new Option<string?>("--loss") { Description = $"{description}, or others than it tells.", HelpName = string.Join('|', names) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !names.Contains(result.Tokens[0].Value))
                result.AddError($"--loss is '{result.Tokens[0].Value.Replace("\0", "\\0", StringComparison.Ordinal)}'; it must be one of {string.Join(", ", names)}.");
        });
        return option;
    }

    /// <summary>The value of a loss option.</summary>
    public static DataLoss? LossOf(string? name) => name is null ? null : Enum.GetValues<DataLoss>().First(loss => SettingsJson.Name(loss) == name);

    /// <summary>Refuses options that are for sequences of a task.</summary>
    /// <exception cref="UsageException">One of them is given.</exception>
    public static void RefuseOthers(ParseResult parse, params IEnumerable<Option> others)
    {
        if (others.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is { } other)
            throw new UsageException($"{other.Name} and --data were both given; --data has its own sequences.");
    }
}
