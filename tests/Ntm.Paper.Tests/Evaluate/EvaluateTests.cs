using System.Text.Json;
using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Evaluate;

/// <summary><c>evaluate</c> of tasks that have more to tell than cost and errors, after a training of no length.</summary>
public sealed class EvaluateTests : IDisposable
{
    private readonly string _run = Directory.CreateTempSubdirectory("ntm-evaluate-").FullName;

    public void Dispose() => Directory.Delete(_run, recursive: true);

    [Fact]
    public async Task Repeat_copy_has_data_errors_and_end_marker_errors_apart()
    {
        await TrainAsync("repeat-copy");
        var result = (await EvaluateAsync("--length", "3", "--repeats", "4", "--sequences", "50", "--json")).Json().GetProperty("results")[0];
        var groups = result.GetProperty("groups").EnumerateArray().ToList();
        Assert.Equal(["data", "end marker"], groups.Select(g => g.GetProperty("name").GetString()));
        // 3 vectors 4 times and the end: 13 steps count, each with 8 bits of data and one of the end marker.
        Assert.Equal([13 * 8, 13], groups.Select(g => g.GetProperty("bitsPerSequence").GetDouble()));
        Assert.Equal(result.GetProperty("wrongBits").GetDouble(), groups.Sum(g => g.GetProperty("wrongBits").GetDouble()), 1e-9);
        Assert.Equal(result.GetProperty("costBits").GetDouble(), groups.Sum(g => g.GetProperty("costBits").GetDouble()), 1e-3);
        Assert.All(groups, g => Assert.True(g.GetProperty("costBits").GetDouble() > 0));

        var table = (await EvaluateAsync("--length", "3", "--repeats", "4", "--sequences", "5")).Output;
        Assert.Contains("wrong in data", table);
        Assert.Contains("wrong in end marker", table);
        Assert.DoesNotContain("optimal", table);
    }

    [Fact]
    public async Task N_grams_have_the_optimal_cost_and_the_distance_from_it()
    {
        await TrainAsync("ngram");
        var result = (await EvaluateAsync("--sequences", "100", "--json")).Json().GetProperty("results")[0];
        var (cost, optimum) = (result.GetProperty("costBits").GetDouble(), result.GetProperty("optimalCostBits").GetDouble());
        // 132.24 bits with a deviation of 35.9: five standard errors of 100 sequences.
        Assert.InRange(optimum, 132.24 - 5 * 3.59, 132.24 + 5 * 3.59);
        Assert.Equal(cost - optimum, result.GetProperty("excessCostBits").GetDouble(), 1e-9);
        Assert.True(cost > optimum);

        var table = (await EvaluateAsync("--sequences", "5")).Output;
        Assert.Contains("optimal cost", table);
        Assert.Contains("above it", table);
        Assert.DoesNotContain("wrong in", table);
    }

    [Fact]
    public async Task A_thousand_sequences_are_measured_unless_the_user_says_otherwise()
    {
        await TrainAsync("priority-sort");
        var result = (await EvaluateAsync("--json")).Json().GetProperty("results")[0];
        Assert.Equal(("16 of 20", 1000), (result.GetProperty("name").GetString(), result.GetProperty("sequences").GetInt32()));
        Assert.Equal(16 * 8, result.GetProperty("bitsPerSequence").GetDouble());
        Assert.Equal(JsonValueKind.Number, result.GetProperty("costBits").ValueKind);
    }

    private async Task TrainAsync(string task) => (await PaperProcess.RunAsync(
        "train", task, "--sequences", "4", "--heads", "1", "--controller-size", "8", "--memory-locations", "8", "--memory-width", "4", "--out", _run)).ExpectExit(0);

    private async Task<PaperResult> EvaluateAsync(params string[] options) => (await PaperProcess.RunAsync(["evaluate", _run, .. options])).ExpectExit(0);
}
