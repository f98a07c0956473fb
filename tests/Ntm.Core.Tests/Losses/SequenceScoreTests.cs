namespace Ntm.Core.Tests.Losses;

public class SequenceScoreTests
{
    private static readonly SequenceScore First = new(LossKind.BinaryCrossEntropy, 2, 3, 4, 1, 10) { OptimalCostSum = 0.5 };
    private static readonly SequenceScore Second = new(LossKind.BinaryCrossEntropy, 3, 5, 6, 2, 20) { OptimalCostSum = 1.5 };

    [Fact]
    public void Scores_add_up()
    {
        var sum = First + Second;
        Assert.Equal(new SequenceScore(LossKind.BinaryCrossEntropy, 5, 8, 10, 3, 30) { OptimalCostSum = 2 }, sum);
        Assert.Equal(sum, SequenceScore.Add(First, Second));
        Assert.Equal((8 / 5.0, 8 / Math.Log(2) / 5, 2 / 5.0, 2.0, 6.0), (sum.MeanLoss, sum.MeanCost, sum.MeanOptimalCost, sum.MeanWrong, sum.MeanCount));
        Assert.Equal(8 / Math.Log(2) / 5 - 0.4, sum.MeanExcessCost, 1e-15);
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 0.6931471805599453)]
    [InlineData(LossKind.SoftmaxCrossEntropy, 0.6931471805599453)]
    [InlineData(LossKind.SquaredError, 1.0)]
    public void The_cost_is_in_bits_or_squared_units(LossKind loss, double unit) =>
        Assert.Equal(3.0, new SequenceScore(loss, 2, 6 * unit, 0, 2, 2).MeanCost, 1e-15);

    [Fact]
    public void No_sequences_change_nothing()
    {
        var score = First with { Loss = LossKind.SquaredError };
        Assert.Equal(score, default(SequenceScore) + score);
        Assert.Equal(score, score + default(SequenceScore));
    }

    [Fact]
    public void Scores_of_different_losses_are_not_added() => Assert.StartsWith(
        "right is a score of the loss SquaredError; expected BinaryCrossEntropy, like left.",
        Assert.Throws<ArgumentException>("right", () => First + (Second with { Loss = LossKind.SquaredError })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_functions_loss_is_its_cost_and_is_not_added_to_that_of_a_built_in_loss()
    {
        var score = First with { IsOfFunction = true };
        Assert.Equal(First.MeanLoss, score.MeanCost);
        Assert.NotEqual(First.MeanCost, score.MeanCost);
        Assert.True((score + score).IsOfFunction);
        Assert.Equal(score, default(SequenceScore) + score);
        Assert.StartsWith(
            "right is a score of the loss function for BinaryCrossEntropy targets; expected BinaryCrossEntropy, like left.",
            Assert.Throws<ArgumentException>("right", () => First + score).Message, StringComparison.Ordinal);
        Assert.Null((score with { Loss = LossKind.SoftmaxCrossEntropy }).Perplexity);
        Assert.Null((score with { Loss = LossKind.SquaredError }).MeanSquaredError);
    }

    [Fact]
    public void A_score_is_finite_if_loss_and_gradient_are()
    {
        Assert.True(default(SequenceScore).IsFinite);
        Assert.True(First.IsFinite);
        Assert.False((First with { LossSum = double.NaN }).IsFinite);
        Assert.False((First with { LossSum = double.NegativeInfinity }).IsFinite);
        var bad = First with { IsFinite = false };
        Assert.False(bad.IsFinite);
        Assert.False((bad + Second).IsFinite);
        Assert.False((Second + bad).IsFinite);
        Assert.True((bad with { IsFinite = true }).IsFinite);
    }
}
