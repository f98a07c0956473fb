using System.CommandLine;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;

namespace Ntm.Paper.Evaluate;

/// <summary><c>evaluate MODEL</c>: cost and errors in and beyond the training range.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var task = CommonOptions.Task();
        var conditions = new ConditionOptions();
        var sequences = CommonOptions.AtLeast(new Option<int>("--sequences") { Description = "Held-out sequences for each line.", HelpName = "count", DefaultValueFactory = _ => 1_000 }, 1);
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Cost and errors of a model on held-out sequences, in and beyond the training range.") { model, task, conditions.Length, conditions.Repeats, conditions.Items, sequences, seed, json };
        command.SetAction((parse, cancellation) => Task.Run(
            () => Run(
                parse.GetRequiredValue(model),
                parse.GetValue(task),
                conditions.Request(parse),
                parse.GetValue(sequences),
                parse.GetValue(seed),
                new Terminal(parse.GetValue(json)),
                cancellation),
            CancellationToken.None));
        return command;
    }

    private static int Run(string path, string? task, EvaluationRequest request, int sequences, int seed, Terminal terminal, CancellationToken cancellation)
    {
        Torch.Configure(0);
        using var trained = TrainedModel.Load(path, task);
        var (name, warning) = (trained.Settings.Task, ForeignData.Warning(trained.ImportedFrom, trained.Settings.Task));
        if (warning is not null)
            Console.Error.WriteLine(warning);
        var conditions = TaskCatalog.Find(name).Conditions(trained.Settings, request);
        var results = ModelEvaluation.Run(trained.Model, conditions, sequences, seed, condition => terminal.Live($"{condition} …", keep: false), cancellation);
        var notes = EvaluationNotes.Of(trained.Machine, conditions, results);
        terminal.Line($"{trained.Path}: means per sequence over {sequences:N0} held-out sequences of seed {seed}");
        terminal.Table(EvaluationTable.Of(name, results));
        foreach (var note in notes)
            terminal.Line(note);
        terminal.Result(new
        {
            task = name,
            model = trained.Path,
            importedFrom = trained.ImportedFrom,
            memoryLocations = trained.Machine?.Options.MemoryLocations,
            notes = (IEnumerable<string>)[.. warning is null ? [] : (string[])[warning], .. notes],
            results,
        });
        return ExitCode.Success;
    }
}
