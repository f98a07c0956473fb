using System.CommandLine;
using Ntm.Core.Serialization;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using static TorchSharp.torch;

namespace Ntm.Paper.Commands;

/// <summary><c>predict MODEL --inputs IN --out OUT</c>: what a model makes of given inputs.</summary>
internal static class PredictCommand
{
    private const string Inputs = "inputs";

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var inputs = new Option<string>("--inputs") { Description = "A safetensors file with the input vectors of whole sequences, [T, B, I], under 'inputs'.", HelpName = "file", Required = true };
        var outputs = new Option<string>("--out") { Description = "The safetensors file for the probabilities of a one, [T, B, O], under 'outputs'.", HelpName = "file", Required = true };
        var trace = new Option<bool>("--trace") { Description = "Also write where the heads look, [T, B, heads, N], under 'read_weightings' and 'write_weightings'." };
        var json = CommonOptions.Json();
        var command = new Command("predict", "Run a model on inputs of any kind, from a file into a file.") { model, inputs, outputs, trace, json };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(model), parse.GetRequiredValue(inputs), parse.GetRequiredValue(outputs), parse.GetValue(trace), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string path, string inputFile, string outputFile, bool trace, Terminal terminal)
    {
        if (!File.Exists(inputFile))
            throw new UsageException($"--inputs is '{inputFile}'; expected a safetensors file with the tensor '{Inputs}'.");
        Torch.Configure(0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = PaperModel.Load(path);
        if (trace && model is not NtmPaperModel)
            throw new UsageException($"--trace: {path} is an LSTM network; expected a model with a memory to look at.");
        var inputs = ReadInputs(inputFile, model);
        var results = Predict(model, inputs, inputFile, trace).Select(result => SafeTensor.FromTensor(result.Name, result.Value)).ToList();
        new SafeTensorsFile(results).Save(outputFile);
        terminal.Line($"Wrote {outputFile}: {string.Join(", ", results)}");
        terminal.Result(new { model = path, inputs = inputFile, outputs = outputFile, tensors = results.ToDictionary(r => r.Name, r => r.Shape) });
        return ExitCode.Success;
    }

    private static IEnumerable<(string Name, Tensor Value)> Predict(PaperModel model, Tensor inputs, string inputFile, bool trace)
    {
        try
        {
            if (!trace)
                return [("outputs", model.Sequences.Logits(inputs).sigmoid())];
            var seen = ((NtmPaperModel)model).Machine.Trace(inputs);
            return [("outputs", seen.Logits.sigmoid()), ("read_weightings", seen.ReadWeightings), ("write_weightings", seen.WriteWeightings)];
        }
        catch (ArgumentException e)
        {
            // Shapes were checked: what is left are values that are not finite.
            throw new InvalidDataException($"{inputFile}: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">The file has no such tensor, or one of another shape or type.</exception>
    private static Tensor ReadInputs(string file, PaperModel model)
    {
        var content = SafeTensorsFile.Load(file);
        var expected = $"[T, B, I] with I = {model.Sequences.InputSize}, the model's width";
        if (!content.TryGetTensor(Inputs, out var saved))
            throw new InvalidDataException($"{file}: found {(content.Tensors.Count == 0 ? "no tensor" : string.Join(", ", content.Tensors))}; expected a tensor '{Inputs}', {expected}.");
        if (saved.Shape.Length != 3 || saved.Shape[2] != model.Sequences.InputSize || saved.Shape[0] < 1 || saved.Shape[1] < 1)
            throw new InvalidDataException($"{file}: tensor {Inputs} has shape [{string.Join(", ", saved.Shape)}]; expected {expected}, T and B at least 1.");
        try
        {
            return saved.ToTensor().to(model.Sequences.named_parameters().First().parameter.dtype);
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException($"{file}: {e.Message}", e);
        }
    }
}
