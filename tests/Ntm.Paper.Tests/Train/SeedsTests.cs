using System.Diagnostics;
using System.Text.Json;
using Ntm.Paper.Settings;
using Ntm.Paper.Tests.Support;
using Ntm.Paper.Train;

namespace Ntm.Paper.Tests.Train;

public sealed class SeedsTests(TrainedRun trained) : IClassFixture<TrainedRun>
{
    [Fact]
    public async Task Several_seeds_give_the_bits_of_single_runs_their_spread_and_a_figure()
    {
        var folder = Path.Combine(trained.Folder, "sweep");
        var result = (await PaperProcess.RunAsync(["train", "copy", "--sequences", "203", "--seeds", "6-8", "--tensorboard", "--json", "--out", folder, .. TrainedRun.Small])).ExpectExit(0).Json();
        Assert.Equal(RunContent.Weights(trained.Run), RunContent.Weights(Path.Combine(folder, "seed-7")));
        Assert.Equal(RunContent.History(trained.Run), RunContent.History(Path.Combine(folder, "seed-7")));
        List<JsonElement> seeds = [.. result.GetProperty("seeds").EnumerateArray()];
        Assert.Equal([6, 7, 8], seeds.Select(s => s.GetProperty("seed").GetInt32()));
        double[] costs = [.. seeds.Select(s => s.GetProperty("costBits").GetDouble()).Order()];
        var cost = result.GetProperty("costBits");
        Assert.Equal(costs[0], cost.GetProperty("best").GetDouble());
        Assert.Equal(costs[1], cost.GetProperty("median").GetDouble());
        Assert.Equal(costs[2], cost.GetProperty("worst").GetDouble());
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(folder, "seed-7", "tensorboard")));
        Assert.True(new FileInfo(Path.Combine(folder, "learning-curves.png")).Length > 1000);
        Assert.True(new FileInfo(Path.Combine(folder, "learning-curves.svg")).Length > 1000);

        // Resuming: one seed had not begun, the others have ended.
        Directory.Delete(Path.Combine(folder, "seed-8"), recursive: true);
        var again = (await PaperProcess.RunAsync("train", "--resume", folder, "--json")).ExpectExit(0).Json();
        Assert.Equal(seeds.Select(s => s.GetProperty("costBits").GetDouble()), again.GetProperty("seeds").EnumerateArray().Select(s => s.GetProperty("costBits").GetDouble()));
    }

    [Theory]
    [InlineData("1-3", "1,2,3")]
    [InlineData("4", "4")]
    [InlineData("9,2,3-5", "2,3,4,5,9")]
    public void Seeds_are_listed(string text, string seeds) => Assert.Equal(seeds, string.Join(',', SeedRange.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("a")]
    [InlineData("0-99999999")]
    [InlineData("0-5000,6000-11000")]
    [InlineData("-1")]
    public void Other_texts_are_refused_by_name(string text) =>
        Assert.Contains("--seeds", Assert.Throws<UsageException>(() => SeedRange.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_seed_that_fails_is_a_row_and_the_others_are_trained()
    {
        // A file where the folder of seed 1 would be.
        var folder = Directory.CreateDirectory(Path.Combine(trained.Folder, "blocked")).FullName;
        File.WriteAllText(Path.Combine(folder, "seed-1"), "");
        string[] train = ["train", "copy", "--sequences", "50", "--out", folder, "--json", .. TrainedRun.Small];
        var result = (await PaperProcess.RunAsync([.. train, "--seeds", "1-3"])).ExpectExit(0);
        var json = result.Json();
        Assert.Equal((0, 1, 0), (json.GetProperty("solved").GetInt32(), json.GetProperty("failed").GetInt32(), json.GetProperty("unmeasured").GetInt32()));
        List<JsonElement> seeds = [.. json.GetProperty("seeds").EnumerateArray()];
        Assert.Equal(["failed", "completed", "completed"], seeds.Select(s => s.GetProperty("outcome").GetString()));
        Assert.Contains("seed-1", seeds[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(seeds.Skip(1).Min(s => s.GetProperty("costBits").GetDouble()), json.GetProperty("costBits").GetProperty("best").GetDouble());
        Assert.Contains("Solved 0 of 3, 1 failed.", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\s*1\s+failed\s+\S", result.Error);
        Assert.Equal(json.GetRawText(), File.ReadAllText(Path.Combine(folder, "sweep.json")));

        // All failed: there is nothing to tell but that.
        Directory.CreateDirectory(Path.Combine(trained.Folder, "all"));
        File.WriteAllText(Path.Combine(trained.Folder, "all", "seed-1"), "");
        var all = (await PaperProcess.RunAsync(["train", "copy", "--sequences", "50", "--seeds", "1", "--json", "--out", Path.Combine(trained.Folder, "all"), .. TrainedRun.Small])).ExpectExit(1);
        Assert.Equal(JsonValueKind.Null, all.Json().GetProperty("costBits").ValueKind);
        Assert.DoesNotContain("NaN", all.Output + all.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_sweep_was_interrupted_in_is_told_and_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There is no SIGINT to send on this system.");
        var folder = Path.Combine(trained.Folder, "interrupted-sweep");
        using var process = Process.Start(PaperProcess.StartInfo(
            ["train", "copy", "--sequences", "100000000", "--until", "end", "--seeds", "1-9", "--json", "--out", folder, .. TrainedRun.Small]))!;
        var finished = PaperProcess.FinishAsync(process);
        while (!File.Exists(Path.Combine(folder, "seed-1", "history.csv")))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await PaperProcess.SignalAsync(process, "INT");
        var result = (await finished).ExpectExit(0);
        Assert.Equal((0, 9), (result.Json().GetProperty("failed").GetInt32(), result.Json().GetProperty("unmeasured").GetInt32()));
        Assert.Contains($"train --resume {folder}", result.Error, StringComparison.Ordinal);
        Assert.Contains("not yet measured", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", result.Output + result.Error, StringComparison.Ordinal);
        Assert.Equal("cancelled", JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "seed-1", "result.json"))).RootElement.GetProperty("outcome").GetString());
    }
}
