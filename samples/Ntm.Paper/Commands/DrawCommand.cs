using System.CommandLine;
using Ntm.Paper.Drawing;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Commands;

/// <summary><c>draw MODEL --out DIR</c>: what the paper draws of a model.</summary>
internal static class DrawCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var folder = new Option<string>("--out") { Description = "The folder for the figures.", HelpName = "folder", Required = true };
        var length = CommonOptions.AtLeast(new Option<int>("--length") { Description = "Length of the sequence that is drawn.", HelpName = "count", DefaultValueFactory = _ => 20 }, 1);
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("draw", "Draw a model's outputs and memory use on one held-out sequence, and its learning curve.") { model, folder, length, seed, json };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(model), parse.GetRequiredValue(folder), parse.GetValue(length), parse.GetValue(seed), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string path, string folder, int length, int seed, Terminal terminal)
    {
        using var trained = TrainedModel.Load(path);
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        foreach (var (name, figure) in CopyFigures.Of(trained, length, seed))
        {
            var file = Path.Combine(folder, name);
            figure.SavePng($"{file}.png");
            figure.SaveSvg($"{file}.svg");
            files.AddRange([$"{file}.png", $"{file}.svg"]);
        }

        foreach (var file in files)
            terminal.Line($"Wrote {file}");
        terminal.Result(new { task = trained.Settings.Task, model = trained.Path, files });
        return ExitCode.Success;
    }
}
