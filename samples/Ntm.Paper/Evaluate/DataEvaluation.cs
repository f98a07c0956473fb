using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Tasks;
using Ntm.Training;
using Spectre.Console;

namespace Ntm.Paper.Evaluate;

/// <summary><c>evaluate MODEL --data FILE</c>: all metrics of a model on a file's sequences.</summary>
internal static class DataEvaluation
{
    private const int BatchSize = 100;

    /// <param name="path">The model.</param>
    /// <param name="memoryLocations">Its number of memory locations; its own if not given.</param>
    /// <param name="file">The file with the sequences.</param>
    /// <param name="loss">The loss, if it is given.</param>
    /// <param name="sequences">How many of the sequences, from the first on; all if not given.</param>
    /// <param name="terminal">Where the result is shown.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string path, int? memoryLocations, string file, DataLoss? loss, int? sequences, Terminal terminal, CancellationToken cancellation)
    {
        using var model = DataModel.Load(path, memoryLocations);
        return Run(model, model.TaskOf("--data", file, loss), file, sequences, terminal, cancellation);
    }

    /// <summary>Measures a model on the sequences that were held out from its training.</summary>
    /// <inheritdoc cref="Run(string, int?, string, DataLoss?, int?, Terminal, CancellationToken)"/>
    public static int OnHeldOut(string path, int? memoryLocations, int? sequences, Terminal terminal, CancellationToken cancellation)
    {
        using var model = DataModel.Load(path, memoryLocations);
        var settings = model.Settings!;
        var own = (DataSettings)settings.Data!;
        return Run(model, (DataTask)TaskCatalog.Find(settings.Task).Create(settings), own.Validation ?? $"{own.Data}, held out", sequences, terminal, cancellation);
    }

    private static int Run(DataModel model, DataTask task, string file, int? sequences, Terminal terminal, CancellationToken cancellation)
    {
        Torch.Configure(0);
        SequenceScore score;
        try
        {
            score = Evaluator.Evaluate(model.Paper.Sequences, task, sequences ?? int.MaxValue, batchSize: BatchSize, cancellationToken: cancellation);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            // The file's: a target that the loss does not know.
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }

        var units = ReferenceLoss.Of(task.Loss);
        var result = DataMetrics.Of(score);
        terminal.Line($"{model.Path} on {score.Sequences:N0} sequences of {file}");
        terminal.Table(Table(result, units));
        string[] notes = double.IsFinite(score.LossSum) ? [] : ["The model's outputs are not numbers: costs are NaN or infinite, which JSON has as null."];
        foreach (var note in notes)
            terminal.Line(note);
        terminal.Result(new
        {
            task = DataEntry.TaskName,
            model = model.Path,
            importedFrom = model.ImportedFrom,
            data = file,
            lossKind = SettingsJson.Name(task.Loss.Name()),
            notes,
            results = (DataMetrics[])[result],
        });
        return ExitCode.Success;
    }

    private static Table Table(DataMetrics result, ReferenceLoss units)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("metric").AddColumn(new TableColumn("value").RightAligned());
        Row("mean loss", result.Loss);
        Row("accuracy, %", 100 * result.Accuracy);
        Row("perplexity", result.Perplexity);
        Row("mean squared error", result.MeanSquaredError);
        Row($"cost of a sequence, {units.CostUnit}", result.Cost);
        Row($"{units.WrongName} in a sequence", result.Wrong);
        Row("targets in a sequence", result.Targets);
        table.AddRow("sequences without an error", $"{result.PerfectSequences:N0} of {result.Sequences:N0}");
        return table;

        void Row(string name, double? value)
        {
            if (value is { } number)
                table.AddRow(name, TrainingReporter.Number(number));
        }
    }
}
