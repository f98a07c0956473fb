using Ntm.Core;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Commands;

/// <summary>Wrong usage ends with 2 and says which option is wrong; failures end with 1.</summary>
public sealed class WrongUsageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-usage-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("train", "given no task", "train")]
    [InlineData("train sort-of", "The task is 'sort-of'", "copy")]
    [InlineData("train copy --lr 0", "--lr is 0", "greater than 0")]
    [InlineData("train copy --lr fast", "--lr is 'fast'", "a number")]
    [InlineData("train copy --lr nan", "--lr is 'nan'", "a number")]
    [InlineData("train copy --batch-size 2.5", "--batch-size is '2.5'", "a whole number")]
    [InlineData("train copy --batch-size 0", "--batch-size is 0", "at least 1")]
    [InlineData("train copy --seed -1", "--seed is -1", "at least 0")]
    [InlineData("train copy --optimizer lion", "--optimizer is 'lion'", "graves-rmsprop, rmsprop, adam, adamw, sgd")]
    [InlineData("train copy --gradient-clipping twice", "--gradient-clipping is 'twice'", "value, norm, none")]
    [InlineData("train copy --momentum 0.5", "--momentum does not apply to the optimizer adam", "graves-rmsprop, rmsprop, sgd")]
    [InlineData("train copy --optimizer sgd --nesterov yes", "--nesterov is 'yes'", "true, false")]
    [InlineData("train copy --architecture gru", "--architecture is 'gru'", "ntm-lstm, ntm-ff, ntm-gru, lstm")]
    [InlineData("reproduce --architectures ntm-gru", "The architecture is 'ntm-gru'", "ntm-lstm, ntm-ff, lstm")]
    [InlineData("train copy --architecture lstm --heads 2", "--heads does not apply to the architecture lstm", "ntm-lstm, ntm-ff, ntm-gru")]
    [InlineData("train copy --architecture lstm --memory-locations 8", "--memory-locations does not apply", "ntm-lstm, ntm-ff, ntm-gru")]
    [InlineData("train copy --architecture lstm --memory-width 8", "--memory-width does not apply", "ntm-lstm, ntm-ff, ntm-gru")]
    [InlineData("train copy --architecture lstm --engine cpu", "--engine does not apply", "ntm-lstm, ntm-ff, ntm-gru")]
    [InlineData("train copy --architecture lstm --read-heads 2", "--read-heads does not apply", "ntm-lstm, ntm-ff, ntm-gru")]
    [InlineData("train copy --engine gpu", "--engine is 'gpu'", "auto, reference")]
    [InlineData("train copy --device tpu", "--device is 'tpu'", "cpu, cuda")]
    [InlineData("train copy --device cpu --engine cuda", "--device is 'cpu' and --engine is 'cuda'", "one device for both")]
    [InlineData("train copy --device cuda --engine cpu", "--device is 'cuda' and --engine is 'cpu'", "one device for both")]
    [InlineData("train copy --until bored", "--until is 'bored'", "solved, end")]
    [InlineData("train copy --preset slow", "--preset is 'slow'", "fast, paper")]
    [InlineData("train copy --min-length 5 --max-length 4", "--max-length is 4", "--min-length")]
    [InlineData("train copy --learning-rate 1", "--learning-rate", "--help")]
    [InlineData("train copy --config nowhere.json", "--config nowhere.json", "nowhere.json")]
    [InlineData("evaluate nowhere", "'nowhere'", "model.safetensors")]
    [InlineData("evaluate nowhere --length 0", "--length is 0", "at least 1")]
    [InlineData("evaluate nowhere --sequences many", "--sequences", "many")]
    [InlineData("draw nowhere", "--out", "missing")]
    [InlineData("paint", "paint", "--help")]
    public async Task Wrong_usage_names_the_option(string arguments, string named, string expected)
    {
        var result = (await PaperProcess.RunAsync(arguments.Split(' '))).ExpectExit(2);
        Assert.Empty(result.Output);
        Assert.Contains(named, result.Error);
        Assert.Contains(expected, result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Theory]
    [InlineData("""{ "learning-rate": 1 }""", "learning-rate")]
    [InlineData("""{ "lr": "fast" }""", "'lr' is \"fast\"")]
    [InlineData("""{ "lr": -1 }""", "--lr is -1")]
    [InlineData("""{ "architecture": "lstm", "heads": 1 }""", "--heads does not apply")]
    [InlineData("""{ "architecture": "gru" }""", "'architecture' is \"gru\"")]
    [InlineData("""{ "batch-size": 1.5 }""", "'batch-size' is 1.5")]
    [InlineData("""{ "optimizer": 1 }""", "'optimizer' is 1")]
    [InlineData("""{ "lr": 1, "lr": 2 }""", "lr")]
    [InlineData("""{ "task": "sort" }""", "\"sort\"")]
    [InlineData("[]", "a JSON object")]
    [InlineData("{ \"lr\": ", "config")]
    public async Task A_wrong_settings_file_is_refused(string json, string named)
    {
        var file = Path.Combine(_folder, "settings.json");
        File.WriteAllText(file, json);
        var result = (await PaperProcess.RunAsync("train", "copy", "--config", file)).ExpectExit(2);
        Assert.Contains(named, result.Error);
    }

    [Theory]
    [InlineData("--device", "ntm-ff")]
    [InlineData("--device", "lstm")]
    [InlineData("--engine", "ntm-lstm")]
    public async Task A_gpu_that_is_not_there_is_refused_with_the_reason(string option, string architecture)
    {
        Assert.SkipWhen(TorchSharp.torch.cuda_is_available(), "This machine has CUDA.");
        var run = Path.Combine(_folder, "run");
        var result = (await PaperProcess.RunAsync("train", "copy", "--architecture", architecture, option, "cuda", "--out", run)).ExpectExit(2);
        Assert.Contains($"{option} is 'cuda', and there is no CUDA: {CudaSupport.Obstacle ?? "this program was built"}", result.Error);
        Assert.False(Directory.Exists(run));
    }

    [Fact]
    public async Task A_damaged_model_is_a_failure_that_names_the_file()
    {
        var file = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(file, "not a model");
        var result = (await PaperProcess.RunAsync("evaluate", file)).ExpectExit(1);
        Assert.Contains(file, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public async Task Verbose_tells_where_an_error_happened()
    {
        var result = (await PaperProcess.RunAsync("evaluate", "nowhere", "--verbose")).ExpectExit(2);
        Assert.Contains("'nowhere'", result.Error);
        Assert.Contains("   at Ntm.Paper.", result.Error);
        var file = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(file, "not a model");
        Assert.Contains("   at Ntm.Core.Serialization.", (await PaperProcess.RunAsync("evaluate", file, "--verbose")).ExpectExit(1).Error);
    }

    [Fact]
    public async Task Completion_is_offered_to_shells()
    {
        var commands = (await PaperProcess.RunAsync("[suggest:2]", "pr")).ExpectExit(0).Output;
        Assert.Contains("predict", commands);
        Assert.DoesNotContain("train", commands);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_failure_before_training()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "in the way");
        var result = (await PaperProcess.RunAsync("train", "copy", "--out", Path.Combine(file, "run"))).ExpectExit(1);
        Assert.Contains(file, result.Error);
    }

    [Fact]
    public async Task Help_shows_every_setting_with_its_default()
    {
        var help = (await PaperProcess.RunAsync("train", "--help")).ExpectExit(0).Output;
        foreach (var option in (string[])["--architecture", "--preset", "--optimizer", "--lr", "--momentum", "--alpha", "--beta1", "--beta2", "--batch-size",
                     "--sequences", "--min-length", "--max-length", "--seed", "--threads", "--engine", "--until", "--out", "--config", "--json"])
            Assert.Contains(option + " ", help);
        Assert.Contains("[default: 0.003; paper: 0.0001]", help);
    }
}
