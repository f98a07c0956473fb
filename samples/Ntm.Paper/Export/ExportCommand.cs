using System.CommandLine;
using Ntm.Core.Interchange;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Export;

/// <summary><c>export MODEL --to pytorch --out DIR</c>: a model's weights and a Python program that rebuilds it. <c>export MODEL --to onnx --out FILE</c>: an ONNX
/// file.</summary>
internal static class ExportCommand
{
    private const string PyTorch = "pytorch";
    private const string Onnx = "onnx";

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var target = new Option<string>("--to")
        {
            Description = $"What the model is for: {PyTorch} or {Onnx}.",
            HelpName = $"{PyTorch}|{Onnx}",
            DefaultValueFactory = _ => PyTorch,
        };
        target.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value is not (PyTorch or Onnx))
                result.AddError($"--to is '{result.Tokens[0].Value}'; it must be {PyTorch} or {Onnx}.");
        });
        var output = CommonOptions.Output("The folder for model.safetensors and model.py, or the ONNX file.", "path");
        var json = CommonOptions.Json();
        var command = new Command("export", "Write a model for PyTorch, as its weights and a short Python program that rebuilds it, or as an ONNX file.") { model, target, output, json };
        command.SetAction(parse =>
        {
            var terminal = new Terminal(parse.GetValue(json));
            var (path, place) = (parse.GetRequiredValue(model), parse.GetRequiredValue(output));
            return parse.GetRequiredValue(target) == Onnx ? ToOnnx(path, place, terminal) : ToPyTorch(path, place, terminal);
        });
        return command;
    }

    private static int ToPyTorch(string path, string folder, Terminal terminal)
    {
        Export(path, model => model.ExportToPyTorch(folder));
        string[] files = [Path.Combine(folder, PyTorchExport.ModelFileName), Path.Combine(folder, PyTorchExport.ProgramFileName)];
        foreach (var file in files)
            terminal.Line($"Wrote {file}");
        terminal.Line();
        terminal.Line("To run it on a tensor 'inputs' [T, B, I]:");
        terminal.Line($"  python3 {ShellWord.Path(files[1])} inputs.safetensors outputs.safetensors");
        terminal.Result(new { model = path, files });
        return ExitCode.Success;
    }

    private static int ToOnnx(string path, string file, Terminal terminal)
    {
        Export(path, model => model.ExportToOnnx(file));
        terminal.Line($"Wrote {file}: opset {OnnxExport.OpsetVersion}; input 'inputs' [T, B, I], output 'logits' [T, B, O]");
        terminal.Result(new { model = path, files = (string[])[file], opset = OnnxExport.OpsetVersion });
        return ExitCode.Success;
    }

    /// <exception cref="UsageException">The model has parts or a type that the target does not have.</exception>
    private static void Export(string path, Action<PaperModel> write)
    {
        using var model = PaperModel.Load(path);
        try
        {
            write(model);
        }
        catch (NotSupportedException e)
        {
            throw new UsageException($"{path}: {e.Message}", e);
        }
    }
}
