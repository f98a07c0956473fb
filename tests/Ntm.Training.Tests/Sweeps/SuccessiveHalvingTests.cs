namespace Ntm.Training.Tests.Sweeps;

public class SuccessiveHalvingTests
{
    [Theory]
    [InlineData(100, 900, 3, "100,300,900")]
    [InlineData(100, 1000, 3, "100,300,900,1000")]
    [InlineData(100, 100, 2, "100")]
    [InlineData(1, long.MaxValue, 1_000_000, "1,1000000,1000000000000,1000000000000000000,9223372036854775807")]
    public void Each_rung_has_the_factor_times_the_budget_and_the_last_one_all(long least, long most, int factor, string budgets) =>
        Assert.Equal(budgets, string.Join(',', new SuccessiveHalving(least, most, factor).Budgets));

    [Fact]
    public void Each_rung_keeps_one_in_the_factor_rounded_up()
    {
        var halving = new SuccessiveHalving(1, 27, 3);
        Assert.Equal([10, 4, 2, 1], Enumerable.Range(0, 4).Select(rung => halving.Candidates(10, rung)));
    }

    [Fact]
    public void The_lowest_scores_are_chosen_the_first_of_equal_ones_and_none_without_a_score()
    {
        Assert.Equal([1, 3], SuccessiveHalving.Best<double>([5, 1, double.NaN, 2, null, 2], 2));
        Assert.Equal([0, 1, 3, 5], SuccessiveHalving.Best<double>([5, 1, double.NaN, 2, null, 2], 6));
    }

    [Fact]
    public async Task Candidates_go_through_the_rungs()
    {
        List<string> runs = [];
        // The third one fails, and the first one gets worse.
        var rungs = await new SuccessiveHalving(10, 40, 2).RunAsync<int, Trial, string>(
            [0, 1, 2, 3, 4], (candidate, budget) => new Trial(runs, candidate, budget), result => double.Parse(result, null), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["0:10", "1:10", "2:10", "3:10", "4:10", "0:20", "1:20", "3:20", "1:40", "3:40"], runs);
        Assert.Equal([5, 3, 2], rungs.Select(rung => rung.Count));
        Assert.IsType<InvalidDataException>(rungs[0][2].Outcome.Failure);
    }

    [Fact]
    public async Task Where_all_fail_there_is_no_next_rung()
    {
        var rungs = await new SuccessiveHalving(10, 40, 2).RunAsync<int, Trial, string>([2, 2], (candidate, budget) => new Trial([], candidate, budget), _ => 0, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(rungs);
    }

    [Theory]
    [InlineData(0, 1, 2, "least")]
    [InlineData(2, 1, 2, "most")]
    [InlineData(1, 2, 1, "factor")]
    public void Other_rungs_are_refused(long least, long most, int factor, string argument) =>
        Assert.Equal(argument, Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalving(least, most, factor)).ParamName);

    private sealed class Trial(List<string> runs, int candidate, long budget) : ITrial<string>
    {
        public Task<string> RunAsync(CancellationToken cancellationToken)
        {
            runs.Add(FormattableString.Invariant($"{candidate}:{budget}"));
            return candidate == 2 ? throw new InvalidDataException() : Task.FromResult(FormattableString.Invariant($"{(candidate == 0 && budget == 20 ? 100 : candidate)}"));
        }
    }
}
