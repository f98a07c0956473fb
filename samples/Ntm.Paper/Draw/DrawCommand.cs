using System.CommandLine;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;

namespace Ntm.Paper.Draw;

/// <summary><c>draw MODEL --out DIR</c>: what the paper draws of a model.</summary>
internal static class DrawCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var folder = CommonOptions.Output("The folder for the figures.", "folder");
        var task = CommonOptions.Task();
        var conditions = new ConditionOptions();
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("draw", "Draw a model's outputs and, if it has one, its memory's use on one held-out sequence, and its learning curve.") { model, folder, task, conditions.Length, conditions.Repeats, conditions.Items, seed, json };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(model), parse.GetValue(task), parse.GetRequiredValue(folder), conditions.Request(parse), parse.GetValue(seed), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string path, string? task, string folder, EvaluationRequest request, int seed, Terminal terminal)
    {
        using var trained = TrainedModel.Load(path, task);
        var warning = ForeignData.Warning(trained.ImportedFrom, trained.Settings.Task);
        if (warning is not null)
            Console.Error.WriteLine(warning);
        List<(string Name, Figure Figure)> figures = [.. SequenceFigures.Of(trained, request, seed)];
        if (LearningCurveFigure.Of(trained) is { } curve)
            figures.Add(("learning-curve", curve));
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        foreach (var (name, figure) in figures)
        {
            var file = Path.Combine(folder, name);
            figure.SavePng($"{file}.png");
            figure.SaveSvg($"{file}.svg");
            files.AddRange([$"{file}.png", $"{file}.svg"]);
        }

        foreach (var file in files)
            terminal.Line($"Wrote {file}");
        terminal.Result(new { task = trained.Settings.Task, model = trained.Path, importedFrom = trained.ImportedFrom, notes = (IEnumerable<string>)(warning is null ? [] : [warning]), files });
        return ExitCode.Success;
    }
}
