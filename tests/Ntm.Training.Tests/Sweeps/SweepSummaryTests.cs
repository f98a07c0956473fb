namespace Ntm.Training.Tests.Sweeps;

public class SweepSummaryTests
{
    [Fact]
    public void Failed_trials_have_not_solved_the_task_and_unmeasured_ones_do_not_count()
    {
        TrialOutcome<string>[] outcomes = [new("solved", null), new("solved", null), new("not", null), new("interrupted", null), new(null, new IOException()), new(null, null)];
        var summary = SweepSummary.Of(outcomes, result => result == "interrupted" ? null : result == "solved");
        Assert.Equal(new SweepSummary(new Proportion(2, 4), Measured: 3, Failed: 1, Unmeasured: 2), summary);
        Assert.Equal(0.5, summary.Solved.Share);
    }

    /// <summary>By hand, and those of Newcombe 1998, table I, method 3, to four digits.</summary>
    [Theory]
    [InlineData(8, 10, 0.4901625, 0.9433178)]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(20, 20, 0.8389, 1)]
    [InlineData(0, 0, 0, 1)]
    public void The_interval_is_Wilsons(int successes, int trials, double low, double high)
    {
        var interval = new Proportion(successes, trials).WilsonInterval();
        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    /// <summary>Its ends are the probabilities from which the share is as far as the quantile says.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(2.5758293035489)]
    public void Its_ends_solve_the_equation_that_defines_them(double quantile)
    {
        var proportion = new Proportion(3, 17);
        var (low, high) = proportion.WilsonInterval(quantile);
        foreach (var p in (double[])[low, high])
            Assert.Equal(quantile, Math.Abs(proportion.Share - p) / Math.Sqrt(p * (1 - p) / 17), 1e-9);
        Assert.InRange(proportion.Share, low, high);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_quantile_that_is_none_is_refused(double quantile) =>
        Assert.Equal("quantile", Assert.Throws<ArgumentOutOfRangeException>(() => new Proportion(1, 2).WilsonInterval(quantile)).ParamName);

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 1, 2, 3)]
    [InlineData(new double[] { 4, 1, 2, 8 }, 1, 3, 8)]
    [InlineData(new double[] { 5 }, 5, 5, 5)]
    public void A_spread_is_best_median_and_worst(double[] numbers, double best, double median, double worst) =>
        Assert.Equal(new Spread(best, median, worst), Spread.Of(numbers));

    [Fact]
    public void There_is_no_spread_of_nothing() => Assert.Equal("numbers", Assert.Throws<ArgumentException>(() => Spread.Of([])).ParamName);
}
