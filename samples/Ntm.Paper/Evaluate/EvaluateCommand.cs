using System.CommandLine;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;

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
        var memoryLocations = CommonOptions.MemoryLocations();
        var data = new DataOptions("A safetensors file with the sequences to measure, as 'train --data' reads it, in place of the task's. All of them, unless --sequences is given.");
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Cost and errors of a model on held-out sequences, in and beyond the training range.") { model, task, conditions.Length, conditions.Repeats, conditions.Items, memoryLocations, sequences, seed, data.File, data.Loss, json };
        command.SetAction((parse, cancellation) => Task.Run(
            () => parse.GetValue(data.File) is { } file ? OfFile(parse, file, cancellation) : Run(
                parse.GetRequiredValue(model),
                parse.GetValue(task),
                CommonOptions.Given(parse, memoryLocations),
                conditions.Request(parse),
                parse.GetValue(sequences),
                CommonOptions.Given(parse, sequences),
                parse.GetValue(seed),
                new Terminal(parse.GetValue(json)),
                cancellation),
            CancellationToken.None));
        return command;

        int OfFile(ParseResult parse, string file, CancellationToken cancellation)
        {
            DataOptions.RefuseOthers(parse, task, conditions.Length, conditions.Repeats, conditions.Items, seed);
            return DataEvaluation.Run(
                parse.GetRequiredValue(model), CommonOptions.Given(parse, memoryLocations), file, DataOptions.LossOf(parse.GetValue(data.Loss)), CommonOptions.Given(parse, sequences),
                new Terminal(parse.GetValue(json)), cancellation);
        }
    }

    private static int Run(string path, string? task, int? memoryLocations, EvaluationRequest request, int sequences, int? given, int seed, Terminal terminal, CancellationToken cancellation)
    {
        Torch.Configure(0);
        using var trained = TrainedModel.Load(path, task, memoryLocations);
        if (trained.Settings.Task == DataEntry.TaskName && request == new EvaluationRequest())
            return DataEvaluation.OnHeldOut(path, memoryLocations, given, terminal, cancellation);
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
