using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Tests.Settings;

public class PresetTests
{
    /// <summary>
    /// Table 3 of the paper. The numbers of parameters are ours: for associative recall and N-grams they are the paper's, too. For copy,
    /// repeat copy and priority sort the paper has 1,352,969, 5,312,007 and 384,424: its widths were others than its tasks', as we
    /// have them, need.
    /// </summary>
    [Theory]
    [InlineData("copy", 256, 3e-5, 1_349_128)]
    [InlineData("repeat-copy", 512, 3e-5, 5_327_369)]
    [InlineData("associative-recall", 256, 1e-4, 1_344_518)]
    [InlineData("ngram", 128, 1e-4, 331_905)]
    [InlineData("priority-sort", 128, 3e-5, 346_888)]
    public void The_papers_lstm_networks(string task, int size, double learningRate, long parameters)
    {
        var settings = Resolve(task, "paper");
        Assert.Equal((3, size), (settings.Lstm.Layers, settings.Lstm.HiddenSize));
        var (optimizer, clipping) = (Assert.IsType<GravesRmsProp>(settings.Optimizer), Assert.IsType<ClipByValue>(settings.GradientClipping));
        Assert.Equal((learningRate, 0.9, 10, 1), (optimizer.LearningRate, optimizer.Momentum, clipping.ClipValue, settings.BatchSize));
        Assert.Equal(1_000_000, settings.Sequences);
        using var model = ModelFactory.Create(settings, TaskCatalog.Find(task).Create(settings));
        Assert.Equal(parameters, Assert.IsType<LstmNetwork>(model.Sequences).named_parameters().Sum(p => p.parameter.numel()));
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("repeat-copy")]
    [InlineData("associative-recall")]
    [InlineData("ngram")]
    [InlineData("priority-sort")]
    public void The_fast_preset_has_the_papers_network(string task)
    {
        var (fast, paper) = (Resolve(task, "fast"), Resolve(task, "paper"));
        Assert.Equal((paper.Lstm.HiddenSize, paper.Lstm.Layers), (fast.Lstm.HiddenSize, fast.Lstm.Layers));
        Assert.Equal(JsonSerializer.Serialize(paper.Data), JsonSerializer.Serialize(fast.Data));
        Assert.IsNotType<GravesRmsProp>(fast.Optimizer);
    }

    [Theory]
    [InlineData("constant", MemoryKind.Constant)]
    [InlineData("learned", MemoryKind.Learned)]
    [InlineData("random", MemoryKind.Random)]
    public void The_memorys_start_is_the_models(string name, MemoryKind memory)
    {
        var settings = SettingsResolver.Resolve("copy", null, new JsonObject { ["memory"] = name });
        using var model = ModelFactory.Create(settings, TaskCatalog.Find("copy").Create(settings));
        Assert.Equal(memory, Assert.IsType<NeuralTuringMachine>(model.Sequences).Options.Memory);
    }

    private static TrainSettings Resolve(string task, string preset) =>
        SettingsResolver.Resolve(task, configFile: null, new JsonObject { ["architecture"] = "lstm", ["preset"] = preset });
}
