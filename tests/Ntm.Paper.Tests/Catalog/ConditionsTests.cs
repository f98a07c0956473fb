using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.Tests.Catalog;

/// <summary>The measured conditions of each task: those of the paper, unless the user chooses one.</summary>
public class ConditionsTests
{
    [Theory]
    [InlineData("copy", "length 1 to 20", "length 10", "length 20", "length 30", "length 50", "length 80", "length 120")]
    [InlineData("associative-recall", "2 to 6 items", "6 items", "10 items", "12 items", "15 items", "20 items")]
    [InlineData("ngram", "200 bits")]
    [InlineData("priority-sort", "16 of 20")]
    public void All_of_the_paper_is_measured(string task, params string[] names) =>
        Assert.Equal(names, Conditions(task).Select(c => c.Name));

    [Fact]
    public void Repeat_copy_is_measured_at_twice_the_length_and_twice_the_repeats() => Assert.Equal(
        ["length 1 to 10, 1 to 10 times", "length 10, 10 times", "length 20, 10 times", "length 10, 20 times"],
        TaskCatalog.Find("repeat-copy").Conditions(new TrainSettings { Task = "repeat-copy" }, new EvaluationRequest()).Select(c => c.Name));

    [Fact]
    public void The_sequences_are_those_that_the_name_says()
    {
        Assert.All(Steps("copy", new EvaluationRequest(Length: 80)), steps => Assert.Equal(2 * 80 + 1, steps));
        Assert.All(Steps("repeat-copy", new EvaluationRequest(Length: 20, Repeats: 10)), steps => Assert.Equal(20 + 1 + 20 * 10 + 1, steps));
        Assert.All(Steps("associative-recall", new EvaluationRequest(Items: 15)), steps => Assert.Equal(4 * 15 + 8, steps));
        Assert.All(Steps("ngram", new EvaluationRequest()), steps => Assert.Equal(199, steps));
        Assert.All(Steps("priority-sort", new EvaluationRequest()), steps => Assert.Equal(36, steps));
    }

    [Fact]
    public void Repeats_beyond_the_training_range_are_normalised_as_in_it()
    {
        var settings = SettingsResolver.Resolve("repeat-copy", null, new() { ["min-repeats"] = 2, ["max-repeats"] = 5 });
        var task = TaskCatalog.Find("repeat-copy").Conditions(settings, new EvaluationRequest(Length: 3, Repeats: 20)).Single().Task;
        var batch = new BatchBuffer(task);
        batch.Fill(1, 0, 1);
        // Mean of 2..5 is 3.5, the variance (4^2 - 1) / 12.
        Assert.Equal((20 - 3.5) / Math.Sqrt(15 / 12.0), batch.Inputs[3 * 10 + 9], 1e-5);
    }

    private static IReadOnlyList<TaskCondition> Conditions(string task, EvaluationRequest? request = null) =>
        TaskCatalog.Find(task).Conditions(new TrainSettings { Task = task }, request ?? new EvaluationRequest());

    private static int[] Steps(string task, EvaluationRequest request)
    {
        var batch = new BatchBuffer(Conditions(task, request).Single().Task);
        batch.Fill(1, 0, 20);
        return batch.Lengths.ToArray();
    }
}
