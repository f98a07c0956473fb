using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Tests.Models;

/// <summary>Every task with every architecture, small.</summary>
public sealed class ArchitectureTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-architectures-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> Combinations()
    {
        var combinations = new TheoryData<string, string>();
        foreach (var task in TaskCatalog.All)
            foreach (var architecture in Architectures.All)
                combinations.Add(task.Name, SettingsJson.Name(architecture));
        return combinations;
    }

    [Fact]
    public void There_are_twenty() => Assert.Equal(20, Combinations().Count);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Each_is_trained_saved_and_loaded(string name, string architecture)
    {
        var settings = Small(name, architecture);
        var task = TaskCatalog.Find(name).Create(settings);
        using var model = ModelFactory.Create(settings, task);
        var before = Evaluator.Evaluate(model.Sequences, task, sequences: 5);
        var options = new TrainingOptions { BatchSize = 2, Sequences = 4, ReportInterval = 2, EvaluationInterval = 0, StopWhenSolved = false, Optimizer = { LearningRate = 0.01 } };
        var result = new Trainer(model.Sequences, task, options).Train();
        Assert.Equal((TrainingOutcome.Completed, 4), (result.Outcome, result.SequencesSeen));

        var folder = new RunFolder(_folder);
        folder.Prepare(settings);
        folder.Save(model, settings);
        using var loaded = TrainedModel.Load(_folder);
        Assert.Equal((name, settings.Architecture), (loaded.Settings.Task, loaded.Settings.Architecture));
        Assert.Equal(architecture == "lstm", loaded.Machine is null);
        var after = Evaluator.Evaluate(model.Sequences, task, sequences: 5);
        Assert.NotEqual(before.LossSum, after.LossSum);
        Assert.Equal(after, Evaluator.Evaluate(loaded.Model, task, sequences: 5));
    }

    [Theory]
    [InlineData("lstm", "ntm-lstm", "expected 'ntm'")]
    [InlineData("ntm-ff", "lstm", "expected 'lstm'")]
    [InlineData("lstm", "ntm-gru", "expected 'ntm'")]
    public void A_file_whose_settings_name_another_kind_of_model_is_refused(string architecture, string named, string expected)
    {
        using var model = ModelFactory.Create(Small("copy", architecture), TaskCatalog.Find("copy").Create(Small("copy", architecture)));
        var file = Path.Combine(_folder, "model.safetensors");
        model.Save(file, new Dictionary<string, string> { [RunFolder.SettingsKey] = SettingsJson.Write(Small("copy", named)) });
        Assert.Contains(expected, Assert.Throws<SafeTensorsFormatException>(() => TrainedModel.Load(file)).Message);
    }

    private static TrainSettings Small(string task, string architecture)
    {
        var given = new JsonObject { ["architecture"] = architecture, ["controller-size"] = 5, ["controller-layers"] = 2 };
        if (architecture != "lstm")
            (given["heads"], given["memory-locations"], given["memory-width"]) = (2, 6, 3);
        if (task is "copy" or "repeat-copy")
            given["max-length"] = 3;
        if (task == "repeat-copy")
            given["max-repeats"] = 3;
        return SettingsResolver.Resolve(task, configFile: null, given);
    }
}
