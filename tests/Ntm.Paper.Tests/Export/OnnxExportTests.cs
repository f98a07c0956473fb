using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Interchange;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Tests.Support;
using Ntm.Tests.Shared;
using Ntm.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Tests.Export;

/// <summary><c>export --to onnx</c> as a user runs it, and the models in <c>models/</c> in ONNX Runtime.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-onnx-").FullName;

    public static TheoryData<string> Models => [.. Directory.GetDirectories(ShippedModels.Folder).Select(folder => Path.GetFileName(folder)!).Order()];

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <remarks>Trained weights are large, and sharpened weightings enlarge a rounding of the shift: a distance is compared with that of the reference in
    /// float32, which is the accuracy that float32 has.</remarks>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_trained_model_gives_the_same_for_sequences_of_its_task(string name)
    {
        var path = File_("model.onnx");
        using var trained = TrainedModel.Load(name);
        var machine = trained.Machine!;
        OnnxExport.Save(machine, path);
        using var run = new OnnxRun(path);
        var condition = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, new EvaluationRequest())[0];
        var inputs = condition.Task.Batch(SequenceSeeds.HeldOut(3), 0, 3).Inputs;
        var actual = run.Run(inputs);
        machine.Engine = EngineKind.Reference;
        var single = Outputs(machine.Trace(inputs));
        machine.to(ScalarType.Float64);
        foreach (var (output, exact) in Outputs(machine.Trace(inputs.to(ScalarType.Float64))))
        {
            var scale = Math.Max(1, exact.abs().max().ToDouble());
            var (mine, reference) = (Distance(actual[output], exact) / scale, Distance(single[output], exact) / scale);
            TestContext.Current.TestOutputHelper!.WriteLine($"{name}, {inputs.size(0)} steps, {output}: off by {mine:E2}, the reference in float32 by {reference:E2}");
            Assert.True(mine <= Math.Max(1e-5, 8 * reference), $"{name}: {output} off by {mine:E2}, the reference in float32 by {reference:E2}");
        }
    }

    [Fact]
    public async Task A_shipped_model_is_exported_by_its_name()
    {
        var file = File_("copy.onnx");
        var result = (await PaperProcess.RunAsync("export", "copy-ntm-lstm", "--to", "onnx", "--out", file, "--json")).ExpectExit(0).Json();
        Assert.Equal([file], result.GetProperty("files").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal(OnnxExport.OpsetVersion, result.GetProperty("opset").GetInt32());
        using var run = new OnnxRun(file);
        Assert.Equal([5, 2, 8], run.Run(zeros(5, 2, 9))["logits"].shape);
        using var options = JsonDocument.Parse(run.Session.ModelMetadata.CustomMetadataMap["ntm.options"]);
        Assert.Equal(128, options.RootElement.GetProperty("MemoryLocations").GetInt32());
    }

    [Fact]
    public async Task A_network_is_exported_as_well()
    {
        var (model, file) = (File_("model.safetensors"), File_("lstm.onnx"));
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 4 }, seed: 1);
        LstmModelFile.Save(network, model);
        Assert.Contains($"Wrote {file}: opset 17", (await PaperProcess.RunAsync("export", model, "--to", "onnx", "--out", file)).ExpectExit(0).Output);
        using var run = new OnnxRun(file);
        var inputs = ones(5, 2, 3);
        Assert.True(Distance(run.Run(inputs)["logits"], network.Logits(inputs)) < 1e-5);
    }

    [Fact]
    public async Task A_model_that_has_no_ONNX_form_is_refused_with_its_name()
    {
        var (model, file) = (File_("model.safetensors"), File_("model.onnx"));
        using (var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 2 }, seed: 1))
        {
            machine.to(ScalarType.Float64);
            NtmModelFile.Save(machine, model);
        }

        var result = (await PaperProcess.RunAsync("export", model, "--to", "onnx", "--out", file)).ExpectExit(2);
        Assert.Contains($"{model}: The model's element type is Float64; expected Float32", result.Error);
        Assert.False(File.Exists(file));
    }

    private static Dictionary<string, Tensor> Outputs(NtmTrace trace) => new()
    {
        ["logits"] = trace.Logits,
        ["read_weightings"] = trace.ReadWeightings,
        ["write_weightings"] = trace.WriteWeightings,
    };

    private static double Distance(Tensor actual, Tensor exact) => (actual.to(ScalarType.Float64) - exact.to(ScalarType.Float64)).abs().max().ToDouble();

    private string File_(string name) => Path.Combine(_folder, name);
}
