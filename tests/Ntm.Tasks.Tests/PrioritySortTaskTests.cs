using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

public class PrioritySortTaskTests
{
    [Fact]
    public void Sizes_name_and_goal_are_the_specifications()
    {
        var task = new PrioritySortTask();
        Assert.Equal(("priority-sort", 9, 8, 8, 20), (task.Name, task.InputSize, task.OutputSize, task.PriorityChannel, task.Inputs));
        Assert.Equal(10, task.Goal.MeanExcessCost);
    }

    [Fact]
    public void The_targets_are_whole_vectors_by_falling_priority()
    {
        foreach (var s in Drawn.Sequences(new PrioritySortTask(), 500))
        {
            Assert.Equal(36, s.Steps);
            Assert.All(s.Inputs[..20], x => Assert.InRange(x[8], -1, 1));
            Assert.All(s.Inputs[..20].SelectMany(x => x[..8]), bit => Assert.True(bit is 0 or 1));
            Assert.All(s.Inputs[20..].SelectMany(x => x), x => Assert.Equal(0, x));
            Assert.All(s.Targets[..20].SelectMany(x => x), x => Assert.Equal(0, x));
            Assert.Equal([.. Enumerable.Repeat(0f, 20), .. Enumerable.Repeat(1f, 16)], s.Mask);
            var expected = s.Inputs[..20].OrderByDescending(x => x[8]).Take(16).Select(x => x[..8]);
            Assert.Equal(expected, s.Targets[20..]);
        }
    }

    [Fact]
    public void Seventeen_of_sixteen_is_refused_by_name() => Assert.Contains(
        "PrioritySortOptions.Outputs is 17; it must be at most Inputs = 16",
        Assert.Throws<ArgumentException>(() => new PrioritySortTask(new PrioritySortOptions { Inputs = 16, Outputs = 17 })).Message);

    [Fact]
    public void Sizes_below_one_are_refused_by_name()
    {
        Refused(o => o.Width = 0, "Width is 0");
        Refused(o => o.Inputs = 0, "Inputs is 0");
        Refused(o => o.Outputs = 0, "Outputs is 0");

        static void Refused(Action<PrioritySortOptions> change, string named)
        {
            var options = new PrioritySortOptions();
            change(options);
            Assert.Contains($"PrioritySortOptions.{named}", Assert.Throws<ArgumentException>(() => new PrioritySortTask(options)).Message);
        }
    }
}
