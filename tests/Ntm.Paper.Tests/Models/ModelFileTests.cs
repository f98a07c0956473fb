using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Tests.Commands;
using Ntm.Paper.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Paper.Tests.Models;

/// <summary>Models whose files say something wrong or unusual of themselves.</summary>
public sealed class ModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-models-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("null", "expected a JSON object")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{", "line 1")]
    [InlineData("{}", "'task'")]
    [InlineData("""{ "task": null }""", "'task'")]
    [InlineData("""{ "task": "sort" }""", "'task' is sort")]
    [InlineData("""{ "task": "copy", "lr": -1 }""", "--lr is -1")]
    [InlineData("""{ "task": "copy", "colour": "blue" }""", "unknown setting 'colour'")]
    [InlineData("""{ "task": "copy", "heads": "two" }""", "'heads'")]
    [InlineData("""{ "task": "repeat-copy", "min-repeats": 5, "max-repeats": 5 }""", "--max-repeats is 5")]
    [InlineData("""{ "task": "repeat-copy" }""", "10 inputs and 9 outputs wide, and the model has 9 and 8")]
    [InlineData("""{ "task": "ngram" }""", "1 inputs and 1 outputs wide")]
    public void Wrong_settings_are_a_fault_of_the_file(string settings, string expected)
    {
        var message = Assert.Throws<InvalidDataException>(() => TrainedModel.Load(Save(settings))).Message;
        Assert.Contains(expected, message);
        Assert.Contains("model.safetensors: metadata settings", message);
        OptionValues.AssertSaysSomething(message, settings);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("draw")]
    public async Task Settings_that_are_null_are_a_failure_with_a_sentence(string command)
    {
        string[] output = command == "draw" ? ["--out", Path.Combine(_folder, "figures")] : [];
        var result = (await PaperProcess.RunAsync([command, Save("null"), .. output])).ExpectExit(1);
        Assert.Contains("metadata settings: expected a JSON object", result.Error);
        OptionValues.AssertSaysSomething(result.Error, command);
    }

    [Fact]
    public async Task A_model_of_NaN_gives_JSON_and_says_what_is_wrong()
    {
        var model = Save(null, parameter => parameter.fill_(double.NaN));
        var result = (await PaperProcess.RunAsync("evaluate", model, "--task", "copy", "--length", "3", "--sequences", "2", "--json")).ExpectExit(0);
        var json = result.Json();
        Assert.Equal(JsonValueKind.Null, json.GetProperty("results")[0].GetProperty("costBits").ValueKind);
        Assert.Contains("not numbers in length 3", json.GetProperty("notes")[0].GetString());
        Assert.Contains("not numbers in length 3", result.Error);
        var drawn = (await PaperProcess.RunAsync("draw", model, "--task", "copy", "--length", "3", "--out", Path.Combine(_folder, "figures"))).ExpectExit(1);
        Assert.Contains("the model's outputs are not numbers", drawn.Error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "figures")));
    }

    [Fact]
    public async Task A_full_memory_is_said_to_be()
    {
        var model = Save(null);
        var full = (await PaperProcess.RunAsync("evaluate", model, "--task", "copy", "--length", "5", "--sequences", "2", "--json")).ExpectExit(0);
        Assert.Contains("The memory is full: it has 5 locations, and length 5 needs more", Assert.Single(full.Json().GetProperty("notes").EnumerateArray().ToList()).GetString());
        Assert.Equal(5, full.Json().GetProperty("memoryLocations").GetInt32());
        Assert.Contains("The memory is full", (await PaperProcess.RunAsync("evaluate", model, "--task", "copy", "--length", "5", "--sequences", "2")).ExpectExit(0).Output);
        Assert.Empty((await PaperProcess.RunAsync("evaluate", model, "--task", "copy", "--length", "4", "--sequences", "2", "--json")).ExpectExit(0).Json().GetProperty("notes").EnumerateArray());
    }

    [Fact]
    public async Task A_model_is_given_more_locations()
    {
        var model = Save(null);
        string[] evaluate = ["evaluate", model, "--task", "copy", "--length", "5", "--sequences", "2", "--json"];
        var own = (await PaperProcess.RunAsync(evaluate)).ExpectExit(0).Json();
        var grown = (await PaperProcess.RunAsync([.. evaluate, "--memory-locations", "9"])).ExpectExit(0).Json();
        Assert.Equal(9, grown.GetProperty("memoryLocations").GetInt32());
        Assert.Empty(grown.GetProperty("notes").EnumerateArray());
        Assert.NotEqual(own.GetProperty("results")[0].GetProperty("costBits").GetDouble(), grown.GetProperty("results")[0].GetProperty("costBits").GetDouble());
        Assert.Contains("--memory-locations is 4: the model has 5 locations; expected as many or more.", (await PaperProcess.RunAsync([.. evaluate, "--memory-locations", "4"])).ExpectExit(2).Error);
        Assert.Contains("--memory-locations is 2147483647", (await PaperProcess.RunAsync([.. evaluate, "--memory-locations", "2147483647"])).ExpectExit(2).Error);
        Assert.Contains("--memory-locations is 'many'; it must be a whole number.", (await PaperProcess.RunAsync([.. evaluate, "--memory-locations", "many"])).ExpectExit(2).Error);

        var figures = Path.Combine(_folder, "grown");
        (await PaperProcess.RunAsync("draw", model, "--task", "copy", "--length", "3", "--memory-locations", "9", "--out", figures)).ExpectExit(0);
        Assert.NotEmpty(Directory.GetFiles(figures, "*.png"));
        var (inputs, outputs) = (Path.Combine(_folder, "in.safetensors"), Path.Combine(_folder, "out.safetensors"));
        using var values = TorchSharp.torch.zeros(3, 1, 9);
        new SafeTensorsFile([SafeTensor.FromTensor("inputs", values)]).Save(inputs);
        (await PaperProcess.RunAsync("predict", model, "--inputs", inputs, "--trace", "--memory-locations", "9", "--out", outputs)).ExpectExit(0);
        Assert.True(SafeTensorsFile.Load(outputs).TryGetTensor("read_weightings", out var weightings));
        Assert.Equal([3, 1, 1, 9], weightings.Shape);
    }

    [Theory]
    [InlineData("ntm-pytorch", "repeat-copy", true)]
    [InlineData("pytorch-ntm", "repeat-copy", true)]
    [InlineData("pytorch-ntm", "copy", false)]
    [InlineData("ntm-pytorch", "associative-recall", false)]
    [InlineData("ntm-pytorch", "priority-sort", true)]
    [InlineData(null, "repeat-copy", false)]
    public void Other_data_are_warned_of(string? project, string task, bool isOther)
    {
        Assert.Equal(isOther, ForeignData.Warning(project, task) is not null);
        if (isOther)
            Assert.Contains($"imported from {project}, whose data of {task} have", ForeignData.Warning(project, task));
    }

    [Theory]
    [InlineData("draw", "--length", "2500", "5,001 steps; expected at most 5,000")]
    [InlineData("draw", "--length", "100000", "200,001 steps")]
    [InlineData("draw", "--length", "1000001", "--length is 1000001; it must be at most 1000000")]
    [InlineData("evaluate", "--length", "1000001", "--length is 1000001; it must be at most 1000000")]
    public async Task What_is_too_long_is_said_before_it_is_computed(string command, string option, string value, string expected)
    {
        string[] output = command == "draw" ? ["--out", Path.Combine(_folder, "figures")] : [];
        var result = (await PaperProcess.RunAsync([command, Save(null), "--task", "copy", option, value, .. output])).ExpectExit(2);
        Assert.Contains(expected, result.Error);
        Assert.False(Directory.Exists(Path.Combine(_folder, "figures")));
    }

    /// <summary>A program that has the old picture open keeps all of it: the file is replaced, not overwritten.</summary>
    [Fact]
    public async Task Pictures_are_replaced_whole()
    {
        var figures = Directory.CreateDirectory(Path.Combine(_folder, "figures")).FullName;
        var files = (string[])["outputs.png", "outputs.svg"];
        foreach (var file in files)
            File.WriteAllText(Path.Combine(figures, file), "the picture before");
        var open = files.Select(file => new FileStream(Path.Combine(figures, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)).ToList();
        (await PaperProcess.RunAsync("draw", Save(null), "--task", "copy", "--length", "3", "--out", figures)).ExpectExit(0);
        foreach (var stream in open)
        {
            using var reader = new StreamReader(stream);
            Assert.Equal("the picture before", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.StartsWith("<", File.ReadAllText(Path.Combine(figures, "outputs.svg")));
        Assert.Empty(Directory.GetFiles(figures, "*.tmp"));
    }

    [Fact]
    public async Task Many_tensors_are_not_all_told_of()
    {
        var inputs = Path.Combine(_folder, "many.safetensors");
        using (var zero = zeros(1))
            new SafeTensorsFile(Enumerable.Range(0, 10_000).Select(i => SafeTensor.FromTensor($"tensor-{i}\u001b[31m{new string('x', 500)}", zero))).Save(inputs);
        var result = (await PaperProcess.RunAsync("predict", Save(null), "--inputs", inputs, "--out", Path.Combine(_folder, "out"))).ExpectExit(1);
        Assert.Contains("and 9,992 more", result.Error);
        Assert.InRange(result.Error.Length, 100, 3_000);
        Assert.DoesNotContain('\u001b', result.Error);
    }

    private string Save(string? settings, Func<Tensor, Tensor>? change = null)
    {
        var file = Path.Combine(_folder, "model.safetensors");
        using var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 4, MemoryLocations = 5, MemoryWidth = 2 }, seed: 1);
        using (no_grad())
        {
            foreach (var (_, parameter) in machine.named_parameters())
                change?.Invoke(parameter);
        }

        NtmModelFile.Save(machine, file, settings is null ? null : new Dictionary<string, string> { [RunFolder.SettingsKey] = settings });
        return file;
    }
}
