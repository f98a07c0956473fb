namespace Ntm.Training.Tests.Evaluation;

public class GoalScoreTests
{
    private const string InRange = "length 1 to 10, 1 to 10 times";
    private const string Longer = "length 20, 10 times";
    private const string MoreOften = "length 10, 20 times";

    private static readonly EvaluationGoal[] Goals =
    [
        new(InRange, Metric.Wrong, Limit.Zero), new(Longer, Metric.Wrong, Limit.Below(5)), new(MoreOften, Metric.WrongIn("data"), Limit.Below(5)),
    ];

    /// <summary>By hand: the roots of costs, and twice those of what has a goal; at 10 x 20 that is the data alone.</summary>
    [Theory]
    [InlineData(0, 4, 4.9, 0, 2 + (2 * 2) + (2 * 2.2135943621))]
    [InlineData(0.01, 4, 4.9, 1, 2 + (2 * 0.1) + (2 * 2) + (2 * 2.2135943621))]
    [InlineData(0.01, 9, 9, 3, 2 + (2 * 0.1) + (2 * 3) + (2 * 3))]
    public void It_is_what_has_a_goal_and_the_cost(double inRange, double longer, double data, int missed, double distance)
    {
        var score = GoalScore.Of(Goals, [Result(InRange, 0.25, inRange, inRange), Result(Longer, 0.25, longer, longer), Result(MoreOften, 1, data + 100, data)]);
        Assert.Equal(missed, score.MissedGoals);
        Assert.Equal(distance, score.Distance, 1e-6);
    }

    [Fact]
    public void A_cost_below_the_optimum_by_chance_counts_as_none() =>
        Assert.Equal(0, GoalScore.Of(Goals, [Result(InRange, -0.5, 0, 0)]).Distance);

    [Fact]
    public void A_model_that_gives_no_numbers_is_the_worst() =>
        Assert.Equal(double.MaxValue, GoalScore.Of(Goals, [Result(InRange, double.NaN, 0, 0)]).Distance);

    [Fact]
    public void All_goals_come_before_the_distance_and_fewer_do_not()
    {
        var best = new GoalScore(1, 4);
        Assert.True(new GoalScore(0, 100).IsBetterThan(best));
        Assert.True(new GoalScore(3, 3.9).IsBetterThan(best));
        Assert.False(new GoalScore(1, 4).IsBetterThan(best));
        Assert.False(new GoalScore(1, 1).IsBetterThan(new(0, 100)));
    }

    private static EvaluationResult Result(string name, double cost, double wrong, double data) =>
        new(name, 100, cost, wrong, 0, 100, 0, cost, [new EvaluationGroup("data", cost, data, 0, 90), new EvaluationGroup("end marker", 0, wrong - data, 0, 10)]);
}
