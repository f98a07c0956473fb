using System.CommandLine;
using System.CommandLine.Help;
using Ntm.Paper.Collect;
using Ntm.Paper.Draw;
using Ntm.Paper.Evaluate;
using Ntm.Paper.Export;
using Ntm.Paper.Help;
using Ntm.Paper.Import;
using Ntm.Paper.Info;
using Ntm.Paper.Predict;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Sweeps;
using Ntm.Paper.Train;

namespace Ntm.Paper.Commands;

/// <summary>All commands together.</summary>
internal static class PaperProgram
{
    private static readonly (string Name, Func<Command> Create)[] Commands =
    [
        ("train", TrainCommand.Create),
        ("sweep", SweepCommand.Create),
        ("collect", CollectCommand.Create),
        ("evaluate", EvaluateCommand.Create),
        ("draw", DrawCommand.Create),
        ("reproduce", ReproduceCommand.Create),
        ("import", ImportCommand.Create),
        ("predict", PredictCommand.Create),
        ("export", ExportCommand.Create),
        ("info", InfoCommand.Create),
    ];

    /// <param name="verbose">The option that every command has.</param>
    /// <param name="first">The first word of the command line. If it is a command's name the others are not made: their options, with all
    /// that they say of themselves, cost a good part of a start.</param>
    public static RootCommand Create(out Option<bool> verbose, string? first = null)
    {
        var root = new RootCommand("Neural Turing Machines: train, evaluate and draw the models of Graves, Wayne and Danihelka (2014).");
        var isChosen = Array.Exists(Commands, command => command.Name == first);
        foreach (var (name, create) in Commands)
        {
            if (!isChosen || name == first)
                root.Add(create());
        }

        verbose = new Option<bool>("--verbose") { Description = "Print the stack trace on errors.", Recursive = true };
        root.Add(verbose);
        root.Options.OfType<HelpOption>().Single().Action = new HelpOutput();
        return root;
    }
}
