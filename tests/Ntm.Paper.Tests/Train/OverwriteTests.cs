using System.Security.Cryptography;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Tests.Train;

/// <summary>Nothing that a training or a sweep wrote is replaced without <c>--overwrite</c>, and nothing is written before all is checked.</summary>
public sealed class OverwriteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-overwrite-").FullName;

    private string Run => Path.Combine(_folder, "a run");

    private string[] Train => ["train", "copy", "--sequences", "60", "--out", Run, .. TrainedRun.Small];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_finished_training_stays()
    {
        (await PaperProcess.RunAsync(Train)).ExpectExit(0);
        var before = Content();
        var refused = (await PaperProcess.RunAsync([.. Train, "--seed", "2"])).ExpectExit(2).Error;
        foreach (var expected in (string[])["a finished training (copy, ntm-lstm, seed 1, 60 sequences, not solved)", "--overwrite", "another --out", $"train --resume '{Run}'"])
            Assert.Contains(expected, refused, StringComparison.Ordinal);
        Assert.Contains("does not mix", (await PaperProcess.RunAsync([.. Train, "--seeds", "1-2"])).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Contains("does not mix", (await PaperProcess.RunAsync([.. Train, "--seeds", "1-2", "--overwrite"])).ExpectExit(2).Error, StringComparison.Ordinal);
        // Refused for other reasons than what is there: also then nothing is lost.
        (await PaperProcess.RunAsync([.. Train, "--generations", "1", "--overwrite"])).ExpectExit(2);
        (await PaperProcess.RunAsync([.. Train, "--memory-locations", "16777216", "--memory-width", "65536", "--overwrite"])).ExpectExit(2);
        (await PaperProcess.RunAsync([.. Train, "--device", "cuda", "--engine", "cpu", "--overwrite"])).ExpectExit(2);
        Assert.Contains("--sequences is 10", (await PaperProcess.RunAsync("train", "--resume", Run, "--sequences", "10")).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Contains("--lr is 0.25", (await PaperProcess.RunAsync("train", "--resume", Run, "--lr", "0.25")).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Equal(before, Content());

        (await PaperProcess.RunAsync([.. Train, "--seed", "2", "--overwrite"])).ExpectExit(0);
        Assert.NotEqual(before, Content());
    }

    [Fact]
    public async Task A_checkpoint_of_another_model_is_refused_before_anything_is_written()
    {
        (await PaperProcess.RunAsync(Train)).ExpectExit(0);
        // With the settings of this training, and the weights of another.
        var settings = SettingsResolver.Resolve("copy", Path.Combine(Run, "settings.json"), []);
        var options = TrainerOptions.Of(settings, new RunFolder(Path.Combine(_folder, "other")));
        (options.Sequences, settings.Ntm.ControllerSize) = (80, 5);
        var task = TaskCatalog.Find("copy").Create(settings);
        using (var model = ModelFactory.Create(settings, task))
            new Trainer(model.Sequences, task, options).Train(cancellationToken: TestContext.Current.CancellationToken);
        var newest = new RunFolder(Path.Combine(_folder, "other")).Checkpoints.Files[0];
        File.Copy(newest, Path.Combine(Run, "checkpoints", Path.GetFileName(newest)));
        var before = Content();
        var refused = (await PaperProcess.RunAsync("train", "--resume", Run, "--sequences", "100")).ExpectExit(1);
        Assert.Contains(Path.GetFileName(newest), refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task A_sweep_stays()
    {
        string[] sweep = [.. Train, "--seeds", "1-2"];
        (await PaperProcess.RunAsync(sweep)).ExpectExit(0);
        var before = Content();
        var refused = (await PaperProcess.RunAsync([.. Train, "--seeds", "3-4"])).ExpectExit(2).Error;
        foreach (var expected in (string[])["holds a sweep", "--overwrite", "another --out", $"train --resume '{Run}'"])
            Assert.Contains(expected, refused, StringComparison.Ordinal);
        Assert.Contains("holds a sweep", (await PaperProcess.RunAsync(Train)).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Contains("holds a sweep", (await PaperProcess.RunAsync([.. Train, "--overwrite"])).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Contains("--sequences is 10", (await PaperProcess.RunAsync("train", "--resume", Run, "--sequences", "10")).ExpectExit(2).Error, StringComparison.Ordinal);
        Assert.Equal(before, Content());
        (await PaperProcess.RunAsync([.. sweep, "--overwrite"])).ExpectExit(0);

        // Seeds trained one by one, before the sweep.
        File.Delete(Path.Combine(Run, "seeds.json"));
        File.Delete(Path.Combine(Run, "settings.json"));
        Assert.Contains("seed-1 holds a finished training", (await PaperProcess.RunAsync(sweep)).ExpectExit(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "copy", "--out", "")]
    [InlineData("train", "copy", "--out", " ")]
    [InlineData("train", "copy", "--config", "")]
    [InlineData("train", "--resume", "")]
    [InlineData("reproduce", "--out", "")]
    [InlineData("reproduce", "--publish", "")]
    public async Task An_empty_path_is_wrong_usage(params string[] arguments) =>
        Assert.Contains($"{arguments[^2]} is '{arguments[^1]}'", (await PaperProcess.RunAsync(arguments)).ExpectExit(2).Error, StringComparison.Ordinal);

    [Fact]
    public async Task An_unsolved_training_says_so_by_how_much_and_what_to_try()
    {
        var result = (await PaperProcess.RunAsync([.. Train, "--optimizer", "rmsprop", "--lr", "0.001"])).ExpectExit(0);
        Assert.Matches(@"Not solved: the goal is at most 0\.0100 bits and at most 0\.0000 wrong per sequence; these are \d+\.\d+ bits and \d+\.\d+ wrong\.", result.Output);
        Assert.Contains($"train --resume '{Run}' --sequences 120", result.Output, StringComparison.Ordinal);
        Assert.Matches($"--seed 2 .*--out '{Run}-seed-2'", result.Output);
        Assert.DoesNotContain(Run, File.ReadAllText(Path.Combine(Run, "result.json")), StringComparison.Ordinal);
        var json = (await PaperProcess.RunAsync([.. Train, "--optimizer", "rmsprop", "--lr", "0.001", "--json", "--overwrite"])).ExpectExit(0).Json();
        Assert.Equal((0.01, 0.0), (json.GetProperty("goalCostBits").GetDouble(), json.GetProperty("goalWrongBits").GetDouble()));
        List<string> commands = [.. json.GetProperty("nextSteps").EnumerateArray().Select(s => s.GetProperty("command").GetString()!)];
        Assert.Equal(3, commands.Count);
        // The preset's optimizer, because another one was requested.
        Assert.DoesNotContain("rmsprop", commands[1], StringComparison.Ordinal);
        // Each does what it says.
        foreach (var command in commands.Select(c => c[c.IndexOf("train ", StringComparison.Ordinal)..]))
            (await PaperProcess.ShellAsync($"$NTM {command}")).ExpectExit(0);
    }

    private Dictionary<string, string> Content() => Directory.EnumerateFiles(Run, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Run, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}
