using System.CommandLine;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Draw.Viewer;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Draw;

/// <summary><c>draw MODEL --out DIR</c>: what the paper draws of a model.</summary>
internal static class DrawCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var folder = new Option<string>("--out") { Description = "The folder for the figures.", HelpName = "folder" };
        CommonOptions.RefuseEmpty(folder);
        var page = new Option<string>("--html") { Description = "The file for a page that shows the model at work, step by step: inputs, outputs, where the heads look, and the memory. With or instead of --out.", HelpName = "file" };
        CommonOptions.RefuseEmpty(page);
        var task = CommonOptions.Task();
        var conditions = new ConditionOptions();
        var seed = CommonOptions.Seed();
        var data = new DataOptions("A safetensors file with sequences, as 'train --data' reads it: --sequence of them is drawn, in place of one of the task's.");
        var sequence = CommonOptions.AtLeast(new Option<int>("--sequence") { Description = "With --data: the number of the sequence, from 0 on.", HelpName = "count", DefaultValueFactory = _ => 0 }, 0);
        var memoryLocations = CommonOptions.MemoryLocations();
        var json = CommonOptions.Json();
        var command = new Command("draw", "Draw a model's outputs and, if it has one, its memory's use on one held-out sequence, and its learning curve.") { model, folder, page, task, conditions.Length, conditions.Repeats, conditions.Items, memoryLocations, seed, data.File, data.Loss, sequence, json };
        command.SetAction(parse => parse.GetValue(data.File) is { } file ? OfFile(parse, file) : Run(
            parse.GetRequiredValue(model), parse.GetValue(task), CommonOptions.Given(parse, memoryLocations), FilesOf(parse), conditions.Request(parse), parse.GetValue(seed), new Terminal(parse.GetValue(json))));
        return command;

        DrawnFiles FilesOf(ParseResult parse) => (parse.GetValue(folder), parse.GetValue(page)) is (null, null)
            ? throw new UsageException("--out and --html are missing; expected a folder for the figures, a file for a page, or both.")
            : new DrawnFiles(parse.GetValue(folder), parse.GetValue(page));

        int OfFile(ParseResult parse, string file)
        {
            DataOptions.RefuseOthers(parse, task, conditions.Length, conditions.Repeats, conditions.Items, seed);
            return RunOnData(
                parse.GetRequiredValue(model), CommonOptions.Given(parse, memoryLocations), file, DataOptions.LossOf(parse.GetValue(data.Loss)), parse.GetValue(sequence), FilesOf(parse), new Terminal(parse.GetValue(json)));
        }
    }

    private static int RunOnData(string path, int? memoryLocations, string file, DataLoss? loss, int sequence, DrawnFiles to, Terminal terminal)
    {
        using var model = DataModel.Load(path, memoryLocations);
        var of = model.TaskOf("--data", file, loss);
        var curve = model.Settings is { } settings ? LearningCurveFigure.Of(new TrainedModel(model.Path, model.Paper, settings)) : null;
        var files = Write(to, () => SequenceFigures.Of(model, of, file, sequence), curve, () => ViewerPage.Of(model, of, file, sequence), terminal);
        terminal.Result(new { task = DataEntry.TaskName, model = model.Path, importedFrom = model.ImportedFrom, notes = (IEnumerable<string>)[], files });
        return ExitCode.Success;
    }

    private static int Run(string path, string? task, int? memoryLocations, DrawnFiles to, EvaluationRequest request, int seed, Terminal terminal)
    {
        using var trained = TrainedModel.Load(path, task, memoryLocations);
        var warning = ForeignData.Warning(trained.ImportedFrom, trained.Settings.Task);
        if (warning is not null)
            Console.Error.WriteLine(warning);
        var files = Write(to, () => SequenceFigures.Of(trained, request, seed), LearningCurveFigure.Of(trained), () => ViewerPage.Of(trained, request, seed), terminal);
        terminal.Result(new { task = trained.Settings.Task, model = trained.Path, importedFrom = trained.ImportedFrom, notes = (IEnumerable<string>)(warning is null ? [] : [warning]), files });
        return ExitCode.Success;
    }

    /// <summary>Writes the files that are requested. All are computed before the first is written.</summary>
    private static List<string> Write(
        DrawnFiles to, Func<IReadOnlyList<(string Name, Figure Figure)>> figures, Figure? curve, Func<ViewerData> viewed, Terminal terminal)
    {
        var files = new List<string>();
        var drawn = to.Folder is null ? [] : figures();
        var text = to.Page is null ? null : ViewerPage.Of(viewed());
        if (to.Folder is { } folder)
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, figure) in curve is null ? drawn : [.. drawn, ("learning-curve", curve)])
            {
                var file = Path.Combine(folder, name);
                figure.SavePng($"{file}.png");
                figure.SaveSvg($"{file}.svg");
                files.AddRange([$"{file}.png", $"{file}.svg"]);
            }
        }

        if (to.Page is { } page)
        {
            RecordFile.WriteText(page, text!);
            files.Add(page);
        }

        foreach (var file in files)
            terminal.Line($"Wrote {file}");
        return files;
    }

    /// <summary>The folder of the figures and the file of the page; one of them at least.</summary>
    private readonly record struct DrawnFiles(string? Folder, string? Page);
}
