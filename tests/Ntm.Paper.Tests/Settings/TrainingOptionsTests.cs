using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.OwnData;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Tests.Settings;

/// <summary>A setting that is accepted and never passed on would do nothing, and say nothing.</summary>
public class TrainingOptionsTests
{
    public static TheoryData<string> OptimizerSettings => new(SettingProperty.All.Where(s => s.Section == SettingSection.Optimizer).Select(s => s.Key));

    public static TheoryData<string, string> GroupSettings => new(
        from setting in SettingProperty.All
        from member in setting.Members
        where member.Group?.Choice is OptionGroup.Architecture or OptionGroup.Task
        from name in member.Group!.Names
            // Those are of files: DataSettingsTests.
        where name != DataEntry.TaskName
        select (setting.Key, name));

    [Theory]
    [MemberData(nameof(OptimizerSettings))]
    public void Every_setting_of_the_optimizer_reaches_the_trainer(string key)
    {
        var setting = SettingProperty.All.Single(s => s.Key == key);
        foreach (var name in setting.Choice is null ? [""] : setting.Names)
        {
            var json = new JsonObject { ["task"] = "copy" };
            if (setting.Choice is { } choice)
                json[choice] = name;
            // At the preset's batch there is nothing to scale.
            if (key == "scale-lr")
                json["batch-size"] = 4;
            var before = Read(json);
            json[key] = Another(setting, before);
            Assert.NotEqual(Written(before), Written(Read(json)));
        }
    }

    [Theory]
    [InlineData(RateScaling.None, 1)]
    [InlineData(RateScaling.Linear, 16)]
    [InlineData(RateScaling.Sqrt, 4)]
    public void The_learning_rate_is_scaled_by_the_batch_over_that_of_the_preset(object scaling, double factor)
    {
        var settings = new TrainSettings { Task = "copy", BatchSize = 256, ScaleLr = (RateScaling)scaling, Optimizer = new GravesRmsProp { LearningRate = 1e-3 } };
        Assert.Equal(1e-3 * factor, TrainerOptions.Of(settings).Optimizer.LearningRate, 12);
        Assert.Equal(1e-3, settings.Optimizer.LearningRate);
    }

    /// <summary>Model and data are made of the settings.</summary>
    [Theory]
    [MemberData(nameof(GroupSettings))]
    public void Every_setting_of_a_model_and_a_task_reaches_it(string key, string name)
    {
        var setting = SettingProperty.All.Single(s => s.Key == key);
        var json = new JsonObject { ["task"] = setting.Choice == OptionGroup.Task ? name : "copy" };
        if (setting.Choice == OptionGroup.Architecture)
            json["architecture"] = name;
        var before = Read(json);
        json[key] = Another(setting, before);
        Assert.NotEqual(Made(before), Made(Read(json)));
    }

    [Fact]
    public void Heads_are_said_of_both_kinds_or_of_one()
    {
        Assert.Equal((2, 2), Heads(new() { ["heads"] = 2 }));
        Assert.Equal((2, 1), Heads(new() { ["read-heads"] = 2 }));
        Assert.Equal((3, 2), Heads(new() { ["heads"] = 2, ["read-heads"] = 3 }));
        // The preset says 5 of both.
        Assert.Equal((5, 2), Heads(new() { ["write-heads"] = 2 }, "priority-sort"));
        Assert.Equal((2, 2), Heads(new() { ["heads"] = 2 }, "priority-sort"));
        var settings = SettingsResolver.Resolve("copy", null, new() { ["read-heads"] = 2 });
        var written = JsonNode.Parse(SettingsJson.Write(settings))!.AsObject();
        Assert.Equal((2, 1, false), ((int)written["read-heads"]!, (int)written["write-heads"]!, written.ContainsKey("heads")));
        Assert.Equal(["train", "copy", "--read-heads", "2"], SettingsCommand.Arguments(settings));
        var both = JsonNode.Parse(SettingsJson.Write(SettingsResolver.Resolve("copy", null, new() { ["heads"] = 2 })))!.AsObject();
        Assert.Equal((2, false), ((int)both["heads"]!, both.ContainsKey("read-heads")));
    }

    [Fact]
    public void Repeats_are_normalised_over_those_that_are_trained_on_unless_others_are_given()
    {
        var own = Repeats(new() { ["max-repeats"] = 5 });
        Assert.Equal((5, 5), (own.MaxRepeats, own.TrainingMaxRepeats));
        var other = Repeats(new() { ["max-repeats"] = 5, ["training-max-repeats"] = 10 });
        Assert.Equal((5, 10), (other.MaxRepeats, other.TrainingMaxRepeats));

        static RepeatCopyOptions Repeats(JsonObject given) => Assert.IsType<RepeatCopyOptions>(SettingsResolver.Resolve("repeat-copy", null, given).Data);
    }

    [Theory]
    [InlineData("--optimizer rmsprop --beta1 0.5", "--beta1 does not apply to the optimizer rmsprop; it is for adam, adamw.")]
    [InlineData("--weight-decay 0.5", "--weight-decay does not apply to the optimizer adam; it is for adamw, sgd.")]
    [InlineData("--gradient-clip 1", "--gradient-clip does not apply to the gradient clipping norm; it is for value.")]
    [InlineData("--gradient-clipping none --gradient-clip 1", "--gradient-clip does not apply to the gradient clipping none; it is for value.")]
    [InlineData("--bits 100", "--bits does not apply to the task copy; it is for ngram.")]
    [InlineData("--architecture lstm --shift-range 1", "--shift-range does not apply to the architecture lstm; it is for ntm-lstm, ntm-ff, ntm-gru.")]
    [InlineData("--optimizer sgd --nesterov true", "--nesterov is true; it must be false with --momentum = 0 and --dampening = 0, since it needs a momentum and no dampening.")]
    [InlineData("--addressing content-and-location --shift-range 2 --memory-locations 4", "--memory-locations is 4; it must be at least 5, since a head's shifts by up to 2 either way are to different locations.")]
    [InlineData("--heads 257", "--heads is 257; it must be at least 1 and at most 256.")]
    [InlineData("--read-heads 257", "--read-heads is 257; it must be at least 1 and at most 256.")]
    public void What_does_not_apply_or_fit_is_refused(string options, string expected)
    {
        var given = new JsonObject();
        foreach (var pair in options.Split(' ').Chunk(2))
        {
            var setting = SettingProperty.All.Single(s => s.Option == pair[0]);
            given[setting.Key] = setting.Parse(pair[1]);
        }

        Assert.Equal(expected, Assert.Throws<UsageException>(() => SettingsResolver.Resolve("copy", null, given)).Message);
    }

    /// <summary>An earlier program wrote the numbers of all optimizers, and null for their own epsilon.</summary>
    [Theory]
    [InlineData("rmsprop", 1e-8)]
    [InlineData("graves-rmsprop", 1e-4)]
    [InlineData("adam", 1e-8)]
    public void A_settings_file_of_an_earlier_program_is_read(string optimizer, double epsilon)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $$"""
            { "task": "copy", "architecture": "ntm-lstm", "preset": "paper", "optimizer": "{{optimizer}}", "lr": 0.002, "momentum": 0.8, "alpha": 0.9, "beta1": 0.7,
              "beta2": 0.99, "epsilon": null, "gradient-clip": 5, "heads": 2, "controller-size": 30, "memory": "random", "min-length": 2, "max-length": 7 }
            """);
        var settings = SettingsResolver.Resolve("copy", file, []);
        File.Delete(file);
        Assert.Equal((0.002, epsilon), (settings.Optimizer.LearningRate, (double)settings.Optimizer.GetType().GetProperty("Epsilon")!.GetValue(settings.Optimizer)!));
        if (settings.Optimizer is Adam adam)
            Assert.Equal((0.7, 0.99), (adam.Beta1, adam.Beta2));
        else
            Assert.Equal((0.8, 0.9), (settings.Optimizer.GetType().GetProperty("Momentum")!.GetValue(settings.Optimizer), settings.Optimizer.GetType().GetProperty("Alpha")!.GetValue(settings.Optimizer)));
        Assert.Equal(5, Assert.IsType<ClipByValue>(settings.GradientClipping).ClipValue);
        Assert.Equal((2, 2, 30, MemoryKind.Random), (settings.Ntm.ReadHeads, settings.Ntm.WriteHeads, settings.Ntm.ControllerSize, settings.Ntm.Memory));
        Assert.Equal((2, 7), (((CopyOptions)settings.Data!).MinLength, ((CopyOptions)settings.Data!).MaxLength));
    }

    [Fact]
    public void What_may_be_without_a_value_is_none_on_the_command_line()
    {
        var clip = SettingProperty.All.Single(s => s.Key == "clip");
        Assert.Null(clip.Parse("none"));
        var settings = SettingsResolver.Resolve("copy", null, new() { ["clip"] = null });
        Assert.Null(settings.Ntm.Clip);
        Assert.Equal(["train", "copy", "--clip", "none"], SettingsCommand.Arguments(settings));
        Assert.Throws<UsageException>(() => SettingProperty.All.Single(s => s.Key == "lr").Parse("none"));
    }

    /// <summary>All but what the task and the architecture decide.</summary>
    [Fact]
    public void Every_option_of_the_library_is_a_setting()
    {
        string[] decided = ["InputSize", "OutputSize", "Controller"];
        Assert.All(OptionGroup.All, group =>
        {
            var properties = group.Type.GetProperties().Where(p => p.CanWrite && !decided.Contains(p.Name)).ToList();
            Assert.Equal(properties.Select(p => p.Name).Order(), group.Properties.Select(p => p.Name).Order());
            Assert.All(properties, p => Assert.Equal(
                (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType) is var type && (type == typeof(int) || type == typeof(double)), Attribute.IsDefined(p, typeof(RangeAttribute))));
        });
        // One name is of one type, and depends on one choice.
        Assert.All(SettingProperty.All, setting => Assert.Single(setting.Members.Select(m => (m.Property.PropertyType, m.Choice)).Distinct()));
    }

    private static (int Read, int Write) Heads(JsonObject given, string task = "copy")
    {
        var settings = SettingsResolver.Resolve(task, null, given);
        return (settings.Ntm.ReadHeads, settings.Ntm.WriteHeads);
    }

    private static TrainSettings Read(JsonObject json) => json.Deserialize<TrainSettings>(SettingsJson.Options)!;

    private static JsonNode Another(SettingProperty setting, TrainSettings settings)
    {
        if (setting.HelpName.Split('|') is { Length: > 1 } names && names[1] != "none")
            return setting.Parse(names.First(n => n != SettingsJson.Node(setting.ValueIn(settings), setting.Members[0].Property.PropertyType)!.ToString()))!;
        var value = setting.ValueIn(settings) is { } number ? Convert.ToDouble(number, null) : 3;
        return setting.ValueType == typeof(double) ? value / 2 + 0.1 : (long)value + 1;
    }

    private static string Written(TrainSettings settings)
    {
        var options = TrainerOptions.Of(settings, new RunFolder("run"));
        return JsonSerializer.Serialize(typeof(TrainingOptions).GetProperties().Where(p => p.Name is not (nameof(TrainingOptions.Checkpoints) or nameof(TrainingOptions.Scheduler)))
            .ToDictionary(p => p.Name, p => p.GetValue(options) is { } value ? JsonSerializer.Serialize(value, value.GetType()) + value : "none"));
    }

    private static string Made(TrainSettings settings)
    {
        var task = TaskCatalog.Find(settings.Task).Create(settings);
        using var model = ModelFactory.Create(settings, task);
        var batch = new BatchBuffer(task);
        batch.Fill(1, 0, 30);
        object options = model.Sequences is NeuralTuringMachine machine ? machine.Options : ((LstmNetwork)model.Sequences).Options;
        return JsonSerializer.Serialize(options, options.GetType()) + string.Join(',', batch.Inputs.ToArray()) + string.Join(',', batch.Targets.ToArray());
    }
}
