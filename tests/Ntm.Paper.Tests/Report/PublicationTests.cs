using Ntm.Paper.Report;
using Ntm.Training;

namespace Ntm.Paper.Tests.Report;

public class PublicationTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(400, 400)]
    [InlineData(401, 201)]
    [InlineData(4000, 400)]
    public void A_long_learning_curve_is_thinned_without_losing_its_mean(int points, int expected)
    {
        TrainingPoint[] history = [.. Enumerable.Range(1, points).Select(i => new TrainingPoint(i * 500L, 1.0 / i, 2.0 / i, i))];
        var thinned = Publication.Thinned(history);
        Assert.Equal(expected, thinned.Count);
        Assert.Equal(history[^1].Sequences, thinned[^1].Sequences);
        Assert.Equal(history[^1].Seconds, thinned[^1].Seconds);
        if (points % expected == 0)
            Assert.Equal(history.Average(p => p.CostBits), thinned.Average(p => p.CostBits), 12);
    }
}
