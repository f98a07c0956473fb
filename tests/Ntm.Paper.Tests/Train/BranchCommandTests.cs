using Ntm.Paper.Tests.Support;

namespace Ntm.Paper.Tests.Train;

/// <summary><c>train --generations</c>.</summary>
public sealed class BranchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-branches-").FullName;

    private string Run => Path.Combine(_folder, "run");

    private string[] Train =>
    [
        "train", "associative-recall", "--architecture", "ntm-ff", "--controller-size", "8", "--heads", "1", "--memory-locations", "8", "--memory-width", "6",
        "--sequences", "20", "--until", "end", "--generations", "2", "--branches", "2", "--branch-sequences", "10", "--out", Run, "--json",
    ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Generations_follow_the_training_and_there_may_be_more()
    {
        var result = (await PaperProcess.RunAsync(Train)).ExpectExit(0);
        Assert.Contains("Generation 2 of 2", result.Error, StringComparison.Ordinal);
        Assert.Equal(20 + (2 * 2 * 10), result.Json().GetProperty("sequencesSeen").GetInt64());
        Assert.Equal("completed", result.Json().GetProperty("outcome").GetString());

        var more = (await PaperProcess.RunAsync("train", "--resume", Run, "--generations", "3", "--json")).ExpectExit(0);
        Assert.Contains("Generation 3 of 3", more.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Generation 2 of 3", more.Error, StringComparison.Ordinal);
        Assert.Equal(20 + (3 * 2 * 10), more.Json().GetProperty("sequencesSeen").GetInt64());

        Assert.Contains("--branches is 3", (await PaperProcess.RunAsync("train", "--resume", Run, "--branches", "3")).ExpectExit(2).Error, StringComparison.Ordinal);
        (await PaperProcess.RunAsync("evaluate", Run, "--sequences", "5")).ExpectExit(0);
    }

    [Fact]
    public async Task In_the_end_the_model_settles_and_is_the_one_of_the_folder()
    {
        var result = (await PaperProcess.RunAsync([.. Train, "--settle-sequences", "32"])).ExpectExit(0);
        Assert.Contains("Settling on 32 sequences, 16 at once", result.Error, StringComparison.Ordinal);
        Assert.Equal(20 + (2 * 2 * 10) + 32, result.Json().GetProperty("sequencesSeen").GetInt64());

        // The result of the training alone, and then the search again: the folder has the model of the last request.
        var alone = (await PaperProcess.RunAsync("train", "--resume", Run, "--generations", "0", "--settle-sequences", "0", "--json")).ExpectExit(0);
        Assert.NotEqual(Cost(result), Cost(alone));
        var again = (await PaperProcess.RunAsync("train", "--resume", Run, "--generations", "2", "--settle-sequences", "32", "--json")).ExpectExit(0);
        Assert.DoesNotContain("Generation 2 of 2", again.Error, StringComparison.Ordinal);
        Assert.Equal(Cost(result), Cost(again));

        static double Cost(PaperResult of) => of.Json().GetProperty("costBits").GetDouble();
    }

    [Fact]
    public async Task A_search_that_was_interrupted_is_not_replaced_by_accident()
    {
        (await PaperProcess.RunAsync(Train)).ExpectExit(0);
        // As if it had been killed between two generations.
        File.Delete(Path.Combine(Run, "result.json"));
        Assert.Contains($"train --resume {Run}", (await PaperProcess.RunAsync(Train)).ExpectExit(2).Error, StringComparison.Ordinal);
        (await PaperProcess.RunAsync([.. Train, "--overwrite"])).ExpectExit(0);
    }

    [Theory]
    [InlineData("next")]
    [InlineData("best")]
    public async Task A_damaged_file_is_named(string name)
    {
        (await PaperProcess.RunAsync(Train)).ExpectExit(0);
        var file = Path.Combine(Run, "branches", $"{name}.safetensors");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..200]);
        Assert.Contains(file, (await PaperProcess.RunAsync("train", "--resume", Run)).ExpectExit(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_range_without_goals_is_refused() =>
        Assert.Contains("--generations is 1", (await PaperProcess.RunAsync("train", "copy", "--max-length", "5", "--generations", "1", "--out", Run)).ExpectExit(2).Error, StringComparison.Ordinal);
}
