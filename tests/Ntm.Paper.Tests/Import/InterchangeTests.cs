using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Tests.Support;
using Ntm.Tests.Shared;
using static TorchSharp.torch;

namespace Ntm.Paper.Tests.Import;

/// <summary><c>import</c>, <c>predict</c>, <c>export</c> and <c>info MODEL</c> as a user runs them.</summary>
public sealed class InterchangeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-interchange-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("ntm-pytorch", "ntm-pytorch-2-1-32")]
    [InlineData("pytorch-ntm", "pytorch-ntm-2-1-32")]
    public async Task An_imported_model_predicts_what_PyTorch_does_and_can_be_evaluated(string layout, string name)
    {
        PyTorch.Require();
        PyTorch.Run("make_cases.py", _folder);
        var (model, outputs, inputs) = (File_("model"), File_("outputs"), Path.Combine(_folder, $"{name}.expected.safetensors"));
        var import = (await PaperProcess.RunAsync("import", "--from", layout, Path.Combine(_folder, $"{name}.weights.safetensors"), "--out", model, "--json")).ExpectExit(0).Json();
        Assert.Equal((9, 8, 20, 2, 16, 6), (Int(import, "inputs"), Int(import, "outputs"), Int(import, "controllerSize"), Int(import, "headPairs"), Int(import, "memoryLocations"), Int(import, "memoryWidth")));

        var predict = (await PaperProcess.RunAsync("predict", model, "--inputs", inputs, "--out", outputs, "--trace", "--json")).ExpectExit(0).Json();
        Assert.Equal([11, 3, 8], predict.GetProperty("tensors").GetProperty("outputs").EnumerateArray().Select(e => e.GetInt32()));
        var (expected, actual) = (SafeTensorsFile.Load(inputs), SafeTensorsFile.Load(outputs));
        Assert.Equal(["outputs", "read_weightings", "write_weightings"], actual.Tensors.Select(t => t.Name));
        foreach (var tensor in actual.Tensors)
            AssertEqual(Values(expected, tensor.Name), Values(actual, tensor.Name), 1e-5);

        var info = (await PaperProcess.RunAsync("info", model, "--json")).ExpectExit(0).Json();
        Assert.Equal((layout, "reference"), (info.GetProperty("parts").GetString(), info.GetProperty("engine").GetString()));
        Assert.Equal(16, info.GetProperty("options").GetProperty("MemoryLocations").GetInt32());

        // It is as wide as the copy task, but its file does not say what it was trained on.
        Assert.Contains("--task", (await PaperProcess.RunAsync("evaluate", model)).ExpectExit(2).Error);
        var evaluation = (await PaperProcess.RunAsync("evaluate", model, "--task", "copy", "--length", "3", "--sequences", "5", "--json")).ExpectExit(0).Json();
        Assert.Equal(24, evaluation.GetProperty("results")[0].GetProperty("bitsPerSequence").GetDouble());
        Assert.Contains("9 and 8", (await PaperProcess.RunAsync("evaluate", model, "--task", "ngram")).ExpectExit(2).Error);
    }

    [Fact]
    public async Task The_evaluation_and_the_figures_of_an_imported_model_warn_that_its_project_has_other_data()
    {
        const string Warning = "imported from ntm-pytorch, whose data of repeat-copy have a delimiter before the vectors";
        PyTorch.Require();
        PyTorch.Run("make_cases.py", _folder);
        var model = File_("model");
        (await PaperProcess.RunAsync("import", "--from", "ntm-pytorch", Path.Combine(_folder, "ntm-pytorch-4-1-32.weights.safetensors"), "--out", model)).ExpectExit(0);
        var evaluation = (await PaperProcess.RunAsync("evaluate", model, "--task", "repeat-copy", "--length", "2", "--sequences", "3", "--json")).ExpectExit(0);
        Assert.Contains(Warning, evaluation.Error);
        Assert.Contains(Warning, evaluation.Json().GetProperty("notes")[0].GetString());
        var drawn = (await PaperProcess.RunAsync("draw", model, "--task", "repeat-copy", "--length", "2", "--out", Path.Combine(_folder, "figures"), "--json")).ExpectExit(0);
        Assert.Contains(Warning, drawn.Error);
        Assert.Contains(Warning, drawn.Json().GetProperty("notes")[0].GetString());
    }

    [Theory]
    [InlineData("ntm-lstm")]
    [InlineData("ntm-ff")]
    [InlineData("ntm-gru")]
    [InlineData("lstm")]
    public async Task An_exported_model_runs_in_PyTorch_alone(string architecture)
    {
        PyTorch.Require();
        var run = Path.Combine(_folder, "run");
        string[] sizes = architecture == "lstm" ? [] : ["--memory-locations", "8", "--memory-width", "4", "--heads", "2"];
        (await PaperProcess.RunAsync(["train", "copy", "--architecture", architecture, "--sequences", "100", "--controller-size", "8", "--controller-layers", "2", "--out", run, .. sizes])).ExpectExit(0);
        var inputs = WriteInputs(rand(7, 2, 9, dtype: float64));
        (await PaperProcess.RunAsync("predict", run, "--inputs", inputs, "--out", File_("here"))).ExpectExit(0);
        var export = (await PaperProcess.RunAsync("export", run, "--to", "pytorch", "--out", File_("export"), "--json")).ExpectExit(0).Json();
        Assert.All(export.GetProperty("files").EnumerateArray().ToList(), file => Assert.True(File.Exists(file.GetString())));
        // Its own file format reader takes the types that models have.
        Assert.Equal("", PyTorch.Run(Path.Combine(File_("export"), "model.py"), inputs, File_("there")));
        AssertEqual(Values(SafeTensorsFile.Load(File_("here")), "outputs"), Values(SafeTensorsFile.Load(File_("there")), "outputs"), 1e-5);
    }

    [Fact]
    public async Task A_model_whose_file_names_no_task_is_drawn_as_one_of_the_task_that_is_given()
    {
        var (model, figures) = (File_("model"), Path.Combine(_folder, "figures"));
        using (var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 2 }, seed: 1))
            NtmModelFile.Save(machine, model);
        Assert.Contains("--task", (await PaperProcess.RunAsync("draw", model, "--out", figures)).ExpectExit(2).Error);
        Assert.Contains("9 and 8", (await PaperProcess.RunAsync("draw", model, "--task", "ngram", "--out", figures)).ExpectExit(2).Error);
        var drawn = (await PaperProcess.RunAsync("draw", model, "--task", "copy", "--length", "3", "--out", figures, "--json")).ExpectExit(0).Json();
        Assert.Equal("copy", drawn.GetProperty("task").GetString());
        // It was not trained here: there is no learning curve.
        Assert.Equal(["memory.png", "memory.svg", "outputs.png", "outputs.svg"], Directory.GetFiles(figures).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Predict_refuses_what_it_cannot_run_and_leaves_the_output_as_it_was()
    {
        var (model, network, outputs) = (File_("model"), File_("network"), File_("outputs"));
        using (var machine = new NeuralTuringMachine(new NtmOptions { InputSize = 3, ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 2 }, seed: 1))
            NtmModelFile.Save(machine, model);
        using (var lstm = new LstmNetwork(new LstmOptions { InputSize = 3, HiddenSize = 4 }, seed: 1))
            LstmModelFile.Save(lstm, network);
        File.WriteAllText(outputs, "before");

        await Refused(2, ["nowhere.safetensors", "'inputs'"], model, "nowhere.safetensors");
        await Refused(2, ["The model is 'nowhere'"], "nowhere", WriteInputs(zeros(2, 1, 3)));
        await Refused(1, ["inputs", "[2, 3]", "[T, B, I] with I = 3"], model, WriteInputs(zeros(2, 3)));
        await Refused(1, ["inputs", "[2, 1, 4]", "I = 3"], model, WriteInputs(zeros(2, 1, 4)));
        await Refused(1, ["inputs", "[0, 1, 3]", "at least 1"], model, WriteInputs(zeros(0, 1, 3)));
        await Refused(1, ["inputs is NaN or infinite at [1, 0, 2]"], model, WriteInputs(tensor([0, 0, 0, 0, 0, float.NaN], 2, 1, 3)));
        await Refused(2, ["--trace", "LSTM network"], network, WriteInputs(zeros(2, 1, 3)), "--trace");
        var other = File_("other.safetensors");
        new SafeTensorsFile([SafeTensor.FromTensor("input", zeros(2, 1, 3))]).Save(other);
        await Refused(1, ["input F32 [2, 1, 3]", "'inputs'"], model, other);
        File.WriteAllText(other, "no tensors");
        await Refused(1, [other], model, other);

        async Task Refused(int exitCode, string[] named, string path, string inputs, params string[] options)
        {
            var result = (await PaperProcess.RunAsync(["predict", path, "--inputs", inputs, "--out", outputs, .. options])).ExpectExit(exitCode);
            Assert.All(named, text => Assert.Contains(text, result.Error));
            Assert.DoesNotContain("   at ", result.Error);
            Assert.Empty(result.Output);
            Assert.Equal("before", File.ReadAllText(outputs));
        }
    }

    [Fact]
    public async Task Import_and_export_refuse_what_they_do_not_know()
    {
        var weights = File_("weights");
        new SafeTensorsFile([SafeTensor.FromTensor("controller.weight", zeros(2, 2))]).Save(weights);
        var result = (await PaperProcess.RunAsync("import", "--from", "ntm-pytorch", weights, "--out", File_("model"))).ExpectExit(1);
        Assert.Contains("tensor controller.controller_net.weight_hh: found nothing", result.Error);
        Assert.Contains(weights, result.Error);
        Assert.False(File.Exists(File_("model")));
        Assert.Contains("ntm-pytorch, pytorch-ntm", (await PaperProcess.RunAsync("import", "--from", "keras", weights, "--out", "m")).ExpectExit(2).Error);
        Assert.Contains("'nowhere'", (await PaperProcess.RunAsync("import", "--from", "pytorch-ntm", "nowhere", "--out", "m")).ExpectExit(2).Error);
        Assert.Contains("--to is 'tflite'; it must be pytorch or onnx", (await PaperProcess.RunAsync("export", "nowhere", "--to", "tflite", "--out", "m")).ExpectExit(2).Error);
    }

    private static int Int(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static double[] Values(SafeTensorsFile file, string name)
    {
        Assert.True(file.TryGetTensor(name, out var tensor), name);
        using var scope = NewDisposeScope();
        return tensor.ToTensor().to(float64).data<double>().ToArray();
    }

    private static void AssertEqual(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private string File_(string name) => Path.Combine(_folder, name);

    private string WriteInputs(Tensor inputs)
    {
        using (inputs)
            new SafeTensorsFile([SafeTensor.FromTensor("inputs", inputs)]).Save(File_("inputs"));
        return File_("inputs");
    }
}
