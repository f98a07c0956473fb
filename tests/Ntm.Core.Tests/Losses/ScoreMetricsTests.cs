namespace Ntm.Core.Tests.Losses;

/// <summary>The numbers that are derived from a score's sums.</summary>
public class ScoreMetricsTests
{
    [Fact]
    public void Accuracy_is_the_share_of_right_targets()
    {
        Assert.Equal(0.75, new SequenceScore(LossKind.BinaryCrossEntropy, 2, 10, 5, 0, 20).Accuracy);
        Assert.Equal(1, new SequenceScore(LossKind.SoftmaxCrossEntropy, 2, 10, 0, 2, 20).Accuracy);
        Assert.Equal(double.NaN, default(SequenceScore).Accuracy);
    }

    [Fact]
    public void Perplexity_is_that_of_uniform_predictions_and_of_certain_ones()
    {
        // 12 symbols of 5, each predicted with probability 1/5.
        Assert.Equal(5, new SequenceScore(LossKind.SoftmaxCrossEntropy, 3, 12 * Math.Log(5), 9, 0, 12).Perplexity!.Value, 1e-12);
        Assert.Equal(1, new SequenceScore(LossKind.SoftmaxCrossEntropy, 3, 0, 0, 3, 12).Perplexity);
        Assert.Null(new SequenceScore(LossKind.BinaryCrossEntropy, 3, 1, 0, 3, 12).Perplexity);
        Assert.Null(new SequenceScore(LossKind.SquaredError, 3, 1, 0, 3, 12).Perplexity);
    }

    [Fact]
    public void The_mean_of_the_squared_error_is_over_numbers()
    {
        Assert.Equal(0.25, new SequenceScore(LossKind.SquaredError, 3, 3, 0, 3, 12).MeanSquaredError);
        Assert.Null(new SequenceScore(LossKind.SoftmaxCrossEntropy, 3, 3, 0, 3, 12).MeanSquaredError);
    }
}
