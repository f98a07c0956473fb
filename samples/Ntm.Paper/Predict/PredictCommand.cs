using System.CommandLine;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Commands;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;
using static TorchSharp.torch;

namespace Ntm.Paper.Predict;

/// <summary><c>predict MODEL --inputs IN --out OUT</c>: what a model makes of given inputs.</summary>
internal static class PredictCommand
{
    private const string Inputs = "inputs";

    public static Command Create()
    {
        var model = CommonOptions.Model();
        var inputs = new Option<string>("--inputs") { Description = "A safetensors file with the input vectors of whole sequences, [T, B, I], under 'inputs'.", HelpName = "file", Required = true };
        var outputs = CommonOptions.Output("The safetensors file for the predictions, [T, B, O], under 'outputs': the probabilities of a one, or what --loss says.", "file");
        var loss = DataOptions.LossOption("What the model's outputs are: 'bits' for probabilities of a one, which is the default, 'softmax' for those of classes, 'squared-error' for numbers; if its file does not tell");
        var trace = new Option<bool>("--trace") { Description = "Also write where the heads look, [T, B, heads, N], under 'read_weightings' and 'write_weightings'." };
        var memoryLocations = CommonOptions.MemoryLocations();
        var json = CommonOptions.Json();
        var command = new Command("predict", "Run a model on inputs of any kind, from a file into a file.") { model, inputs, outputs, loss, memoryLocations, trace, json };
        command.SetAction(parse => Run(
            parse.GetRequiredValue(model), CommonOptions.Given(parse, memoryLocations), parse.GetRequiredValue(inputs), parse.GetRequiredValue(outputs), DataOptions.LossOf(parse.GetValue(loss)), parse.GetValue(trace), new Terminal(parse.GetValue(json))));
        return command;
    }

    private static int Run(string path, int? memoryLocations, string inputFile, string outputFile, DataLoss? loss, bool trace, Terminal terminal)
    {
        if (!File.Exists(inputFile))
            throw new UsageException($"--inputs is '{inputFile}'; expected a safetensors file with the tensor '{Inputs}'.");
        Torch.Configure(0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var loaded = DataModel.Load(path, memoryLocations);
        var model = loaded.Paper;
        var kind = loss?.Kind() ?? loaded.Loss ?? LossKind.BinaryCrossEntropy;
        if (trace && model is not NtmPaperModel)
            throw new UsageException($"--trace: {path} is an LSTM network; expected a model with a memory to look at.");
        var inputs = ReadInputs(inputFile, model);
        (string Name, Tensor Value)[] predicted = [.. Predict(model, inputs, inputFile, kind, trace)];
        var isFinite = predicted.All(result => result.Value.isfinite().all().item<bool>());
        var results = predicted.Select(result => SafeTensor.FromTensor(result.Name, result.Value)).ToList();
        new SafeTensorsFile(results).Save(outputFile);
        terminal.Line($"Wrote {outputFile}: {string.Join(", ", results)}; outputs are {Predictions.Words(kind)}");
        if (!isFinite)
            terminal.Line("Some of it is NaN: the model's outputs are not numbers.");
        terminal.Result(new { model = path, inputs = inputFile, outputs = outputFile, lossKind = SettingsJson.Name(kind.Name()), isFinite, tensors = results.ToDictionary(r => r.Name, r => r.Shape) });
        return ExitCode.Success;
    }

    private static IEnumerable<(string Name, Tensor Value)> Predict(PaperModel model, Tensor inputs, string inputFile, LossKind loss, bool trace)
    {
        try
        {
            if (!trace)
                return [("outputs", Predictions.Of(loss, model.Sequences.Logits(inputs)))];
            var seen = ((NtmPaperModel)model).Machine.Trace(inputs);
            return [("outputs", Predictions.Of(loss, seen.Logits)), ("read_weightings", seen.ReadWeightings), ("write_weightings", seen.WriteWeightings)];
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
            throw new InvalidDataException($"{file}: found {Found(content.Tensors)}; expected a tensor '{Inputs}', {expected}.");
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

    /// <summary>A few of the tensors, however many there are.</summary>
    private static string Found(IReadOnlyList<SafeTensor> tensors)
    {
        const int Shown = 8;
        if (tensors.Count == 0)
            return "no tensor";
        var names = string.Join(", ", tensors.Take(Shown).Select(t => Shortened($"{t}")));
        return tensors.Count <= Shown ? names : FormattableString.Invariant($"{names} and {tensors.Count - Shown:N0} more");
    }

    /// <summary>A name is the file's: it may be long, and have what a terminal would obey.</summary>
    private static string Shortened(string text)
    {
        const int Longest = 100;
        var plain = string.Concat(text.Take(Longest).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length <= Longest ? plain : $"{plain}…";
    }
}
