using System.Text.Json.Nodes;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;

namespace Ntm.Paper.Tests.Train;

public class BranchGoalsTests
{
    [Fact]
    public void Goals_are_those_of_the_papers_training_range()
    {
        var settings = SettingsResolver.Resolve("repeat-copy", null, new JsonObject { ["generations"] = 3, ["max-length"] = 5 });
        var message = Assert.Throws<UsageException>(() => BranchGoals.Of(settings)).Message;
        Assert.Contains("--generations is 3", message, StringComparison.Ordinal);
        Assert.Contains("length 1 to 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_settings_are_those_of_the_search()
    {
        var settings = SettingsResolver.Resolve("repeat-copy", null, new JsonObject
        {
            ["generations"] = 3,
            ["branches"] = 4,
            ["branch-sequences"] = 5,
            ["branch-rate"] = 0.25,
            ["settle-sequences"] = 6,
            ["settle-batch"] = 7,
            ["settle-rate"] = 0.125,
            ["until"] = "end",
        });
        var options = BranchTraining.OptionsOf(settings);
        Assert.Equal((3, 4, 5, 0.25, 6, 7, 0.125), (options.Generations, options.Branches, options.BranchSequences, options.BranchRate, options.SettleSequences, options.SettleBatch, options.SettleRate));
        // What chooses is neither what reports show nor what chooses among their models.
        Assert.Equal((2, 1_000, 100, 5, false), (options.MeasuringSeed, options.MeasuringSequences, options.ChoosingSequences, options.ReturnAfter, options.StopWhenSolved));
    }
}
