using System.CommandLine;
using Ntm.Core.Interchange;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Export;

/// <summary><c>export MODEL --to pytorch --out DIR</c>: a model's weights and a Python program that rebuilds it.</summary>
internal static class ExportCommand
{
    private const string PyTorch = "pytorch";

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var target = new Option<string>("--to") { Description = $"What the model is for: {PyTorch}.", HelpName = PyTorch, DefaultValueFactory = _ => PyTorch };
        target.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value != PyTorch)
                result.AddError($"--to is '{result.Tokens[0].Value}'; it must be {PyTorch}.");
        });
        var folder = CommonOptions.Output("The folder for model.safetensors and model.py.", "folder");
        var json = CommonOptions.Json();
        var command = new Command("export", "Write a model's weights and a short Python program that rebuilds it in plain PyTorch.") { model, target, folder, json };
        command.SetAction(parse => Run(parse.GetRequiredValue(model), parse.GetRequiredValue(folder), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string path, string folder, Terminal terminal)
    {
        using var model = PaperModel.Load(path);
        try
        {
            model.ExportToPyTorch(folder);
        }
        catch (NotSupportedException e)
        {
            throw new UsageException($"{path}: {e.Message}", e);
        }

        string[] files = [Path.Combine(folder, PyTorchExport.ModelFileName), Path.Combine(folder, PyTorchExport.ProgramFileName)];
        foreach (var file in files)
            terminal.Line($"Wrote {file}");
        terminal.Line();
        terminal.Line("To run it on a tensor 'inputs' [T, B, I]:");
        terminal.Line($"  python3 {ShellWord.Path(files[1])} inputs.safetensors outputs.safetensors");
        terminal.Result(new { model = path, files });
        return ExitCode.Success;
    }
}
