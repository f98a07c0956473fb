using System.CommandLine;
using System.Globalization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Tasks;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Commands;

/// <summary><c>evaluate MODEL</c>: cost and errors in and beyond the training range.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var conditions = new ConditionOptions();
        var sequences = CommonOptions.AtLeast(new Option<int>("--sequences") { Description = "Held-out sequences for each line.", HelpName = "count", DefaultValueFactory = _ => 1_000 }, 1);
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("evaluate", "Cost and errors of a model on held-out sequences, in and beyond the training range.") { model, conditions.Length, conditions.Repeats, conditions.Items, sequences, seed, json };
        command.SetAction((parse, cancellation) => Task.Run(
            () => Run(
                parse.GetRequiredValue(model),
                conditions.Request(parse),
                parse.GetValue(sequences),
                parse.GetValue(seed),
                new Terminal(parse.GetValue(json)),
                cancellation),
            CancellationToken.None));
        return command;
    }

    private static int Run(string path, EvaluationRequest request, int sequences, int seed, Terminal terminal, CancellationToken cancellation)
    {
        Torch.Configure(0);
        using var trained = TrainedModel.Load(path);
        var conditions = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, request);
        var results = new List<(string Name, SequenceScore Score)>();
        foreach (var condition in conditions)
        {
            terminal.Live($"{condition.Name} …", keep: false);
            results.Add((condition.Name, Evaluator.Evaluate(trained.Model, condition.Task, sequences, seed, cancellationToken: cancellation)));
        }

        // Where nothing better than a guess is possible, the optimum says how good a guess can be.
        var optimum = results.Exists(r => r.Score.OptimalBitSum > 0);
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn(trained.Settings.Task)
            .AddColumn(new TableColumn("cost, bits").RightAligned())
            .AddColumn(new TableColumn("wrong bits").RightAligned())
            .AddColumn(new TableColumn("of").RightAligned())
            .AddColumn(new TableColumn("without an error").RightAligned());
        if (optimum)
            table.AddColumn(new TableColumn("optimal cost").RightAligned());
        foreach (var (name, score) in results)
        {
            List<string> row =
            [
                name,
                TrainingReporter.Number(score.CostBits),
                TrainingReporter.Number(score.WrongBits),
                score.BitsPerSequence.ToString("N0", CultureInfo.InvariantCulture),
                $"{score.PerfectSequences:N0} of {score.Sequences:N0}",
            ];
            if (optimum)
                row.Add(TrainingReporter.Number(score.OptimalCostBits));
            table.AddRow([.. row]);
        }

        terminal.Line($"{trained.Path}: means per sequence over {sequences:N0} held-out sequences of seed {seed}");
        terminal.Table(table);
        terminal.Result(new
        {
            task = trained.Settings.Task,
            model = trained.Path,
            results = results.Select(r => new
            {
                name = r.Name,
                sequences = r.Score.Sequences,
                costBits = r.Score.CostBits,
                wrongBits = r.Score.WrongBits,
                perfectSequences = r.Score.PerfectSequences,
                bitsPerSequence = r.Score.BitsPerSequence,
                optimalCostBits = r.Score.OptimalCostBits,
            }),
        });
        return ExitCode.Success;
    }
}
