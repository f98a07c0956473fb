using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Tests.OwnData;

/// <summary>Every setting of own data reaches what is trained on.</summary>
public sealed class DataSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-data-settings-").FullName;
    private readonly string _numbers;
    private readonly string _classes;

    public DataSettingsTests()
    {
        (_numbers, _classes) = (Path.Combine(_folder, "numbers"), Path.Combine(_folder, "classes"));
        SequenceFiles.WriteNumbers(_numbers, 40, seed: 1, (a, _) => a);
        SequenceFiles.WriteSymbols(_classes, 40, seed: 1, hasNumber: false);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_data_without_further_settings_are_divided_and_shuffled()
    {
        var (settings, task) = Make(new() { ["data"] = _numbers });
        Assert.Equal((36, 4), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation)));
        Assert.Equal(LossKind.BinaryCrossEntropy, task.Loss);
        Assert.NotEqual(Firsts(task, DataPart.Training), Order(task));
        // The result of a training is on the sequences that decide when it ends.
        Assert.Equal(Firsts(task, DataPart.Validation), Firsts(task, DataPart.Test));
        // The model's file has the loss, though it was not given.
        Assert.Equal("bits", SettingsJson.Reduced(settings)["loss"]!.GetValue<string>());
    }

    [Fact]
    public void Every_setting_has_its_effect()
    {
        HashSet<string> shown = [];
        var (_, plain) = Make(new() { ["data"] = _numbers });
        Show("loss", task => Assert.Equal(LossKind.SquaredError, task.Loss), "squared-error");
        Show("validation-share", task => Assert.Equal((30, 10), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation))), 0.25);
        Show("split-seed", task => Assert.NotEqual(Firsts(plain, DataPart.Validation), Firsts(task, DataPart.Validation)), 7);
        Show("validation", task => Assert.Equal((40, 40), (task.CountOf(DataPart.Training), task.CountOf(DataPart.Validation))), _numbers);
        Show("shuffle", task => Assert.Equal(Firsts(task, DataPart.Training), Order(task)), false);
        Show("similar-lengths", task => Assert.NotEqual(Order(plain), Order(task)), 4);
        Show("epochs", _ => { }, 3);
        Assert.Equal(3 * 36, Make(new() { ["data"] = _numbers, ["epochs"] = 3 }).Settings.Sequences);
        var (_, classes) = Make(new() { ["data"] = _classes, ["classes"] = 5 });
        Assert.Equal((5, LossKind.SoftmaxCrossEntropy), (classes.OutputSize, classes.Loss));
        Assert.Equal(typeof(DataSettings).GetProperties().Select(p => SettingsJson.Naming.ConvertName(p.Name)).Order(), shown.Append("data").Append("classes").Order());

        void Show(string key, Action<DataTask> check, JsonNode value)
        {
            shown.Add(key);
            check(Make(new() { ["data"] = _numbers, [key] = value }).Task);
        }
    }

    /// <summary>A training that resumes may be given more epochs or more sequences; either stands for the other.</summary>
    [Fact]
    public void The_newer_of_epochs_and_sequences_counts()
    {
        var saved = SettingsJson.Reduced(Make(new() { ["data"] = _numbers, ["epochs"] = 3 }).Settings);
        Assert.False(saved.ContainsKey("sequences"));
        Assert.Equal(5 * 36, SettingsResolver.Resume(saved, "saved", null, new() { ["epochs"] = 5 }).Sequences);
        var further = SettingsResolver.Resume(saved, "saved", null, new() { ["sequences"] = 500 });
        Assert.Equal((500, null), (further.Sequences, ((DataSettings)further.Data!).Epochs));
        var again = SettingsJson.Reduced(further);
        Assert.Equal(4 * 36, SettingsResolver.Resume(again, "saved", null, new() { ["epochs"] = 4 }).Sequences);
    }

    [Fact]
    public void The_command_of_a_training_has_its_file()
    {
        var (settings, _) = Make(new() { ["data"] = _numbers, ["loss"] = "squared-error", ["epochs"] = 2 });
        Assert.Equal(["train", "data", "--data", _numbers, "--loss", "squared-error", "--epochs", "2"], SettingsCommand.Arguments(settings));
        // Classes are trained with softmax anyway. Nothing is known of these, and of a file with one sequence, without the other settings.
        SequenceFiles.WriteSymbols(_numbers, 1, seed: 1, hasNumber: false);
        (settings, _) = Make(new() { ["data"] = _numbers, ["validation"] = _classes, ["classes"] = 3 });
        Assert.Equal(["train", "data", "--data", _numbers, "--validation", _classes, "--classes", "3"], SettingsCommand.Arguments(settings));
    }

    /// <summary>A model is read, and the settings in it, where the data of its training are no longer there.</summary>
    [Fact]
    public void Saved_settings_do_not_need_the_file()
    {
        var text = SettingsJson.Write(Make(new() { ["data"] = _numbers, ["loss"] = "squared-error" }).Settings);
        File.Delete(_numbers);
        var settings = SettingsResolver.Saved(text, "saved");
        Assert.Equal(LossKind.SquaredError, TaskCatalog.Find(settings.Task).LossOf(settings));
        Assert.Throws<UsageException>(() => SettingsResolver.Resume(JsonNode.Parse(text)!.AsObject(), "saved", null, []));
    }

    private static (TrainSettings Settings, DataTask Task) Make(JsonObject given)
    {
        var settings = SettingsResolver.Resolve(DataEntry.TaskName, null, given);
        return (settings, (DataTask)TaskCatalog.Find(settings.Task).Create(settings));
    }

    /// <summary>The first inputs of an epoch's sequences, in the order in which they are trained on.</summary>
    private static IEnumerable<float> Order(DataTask task)
    {
        using var batch = new BatchBuffer(task);
        var count = (int)task.CountOf(DataPart.Training)!.Value;
        batch.Fill(SequenceSeeds.Training(1), 0, count);
        return [.. Enumerable.Range(0, count).Select(s => batch.Inputs[s * task.InputSize])];
    }

    /// <summary>The first inputs of a part's sequences, in the order of the file.</summary>
    private static IEnumerable<float> Firsts(DataTask task, DataPart part) =>
        Order(new DataTask("part", task.SourceOf(part)!, new DataTaskOptions { Shuffle = false, ValidationShare = 0, Loss = task.Loss }));
}
