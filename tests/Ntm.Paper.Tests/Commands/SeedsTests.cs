using System.Text.Json;
using Ntm.Paper.Seeds;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Commands;

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

        // Going on: one seed had not begun, the others have ended.
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
    public async Task A_seed_that_fails_ends_it_with_its_message()
    {
        // A file where the folder of seed 2 would be.
        var folder = Directory.CreateDirectory(Path.Combine(trained.Folder, "blocked")).FullName;
        File.WriteAllText(Path.Combine(folder, "seed-2"), "");
        var result = (await PaperProcess.RunAsync(["train", "copy", "--sequences", "50", "--seeds", "1-2", "--out", folder, .. TrainedRun.Small])).ExpectExit(1);
        Assert.Contains("seed-2", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 1, 2, 3)]
    [InlineData(new double[] { 4, 1, 2, 8 }, 1, 3, 8)]
    [InlineData(new double[] { 5 }, 5, 5, 5)]
    public void A_spread_is_best_median_and_worst(double[] numbers, double best, double median, double worst) =>
        Assert.Equal(new Spread(best, median, worst), Spread.Of(numbers));
}
