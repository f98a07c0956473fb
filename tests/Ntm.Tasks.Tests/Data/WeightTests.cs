using Ntm.Core;

namespace Ntm.Tasks.Tests.Data;

/// <summary>A step's weight multiplies its loss, and a class is written as 1 in its channel.</summary>
public class WeightTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_not_positive_and_finite_is_refused(float weight)
    {
        var buffer = Buffer();
        Assert.StartsWith("The weight of step 1 must be finite and above 0",
            Assert.Throws<ArgumentOutOfRangeException>(nameof(weight), () => buffer.CountedTarget(1, weight)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(weight), () => buffer.CountedClass(1, 0, weight));
        Assert.Equal([0, 0, 0], buffer.Mask.ToArray());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public void A_class_out_of_range_is_refused_by_step_and_value(long value)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>("class", () => Buffer().CountedClass(2, value));
        Assert.StartsWith("The class of step 2 must be 0 to 3.", exception.Message, StringComparison.Ordinal);
        Assert.Equal(value, exception.ActualValue);
    }

    [Fact]
    public void A_class_replaces_an_earlier_one()
    {
        var buffer = Buffer();
        buffer.CountedClass(1, 0);
        buffer.CountedClass(1, 3, 0.25f);
        Assert.Equal([0, 0, 0, 1], buffer.Target(1).ToArray());
        Assert.Equal([0, 0.25f, 0], buffer.Mask.ToArray());
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.SoftmaxCrossEntropy)]
    [InlineData(LossKind.SquaredError)]
    public void The_loss_is_weighted_and_the_errors_are_not(LossKind loss)
    {
        Sequence[] sequences = [Sequence.WithClasses([[0], [0], [0]], [0, 1, 2], [0.5f, 0, 3]), Sequence.WithClasses([[0]], [1], [0.125f])];
        var task = new DataTask("weighted", new SequenceList(sequences, 3), Numbered.All(o => (o.Loss, o.Shuffle) = (loss, false)));
        using var batch = new BatchBuffer(task);
        batch.Fill(Numbered.Training(), 0, 2);
        var logits = new float[batch.Targets.Length];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = MathF.Sin(i + 1) * 2;

        var definition = ReferenceLoss.Of(loss);
        var (sum, wrong, counted) = (0.0, 0, 0);
        foreach (var (step, sequence, weight) in ((int, int, double)[])[(0, 0, 0.5), (2, 0, 3), (0, 1, 0.125)])
        {
            var place = (step * 2 + sequence) * 3;
            var part = definition.Step(logits.AsSpan(place, 3), batch.Targets.Slice(place, 3));
            (sum, wrong, counted) = (sum + weight * part.Loss, wrong + part.Wrong, counted + part.Counted);
        }

        var score = batch.Score(logits);
        Assert.Equal(sum, score.LossSum, 1e-9);
        Assert.Equal((wrong, counted), (score.WrongSum, score.CountSum));
        Assert.Equal(1 - (double)wrong / counted, score.Accuracy);

        // The groups' shares add up to the whole.
        var parts = batch.Score(logits, new ChannelGroup("a", 0, 1)) + batch.Score(logits, new ChannelGroup("b", 1, 2));
        Assert.Equal(sum, parts.LossSum, 1e-9);
    }

    private static SequenceBuffer Buffer()
    {
        var buffer = new SequenceBuffer(1, 4);
        buffer.Begin(3);
        return buffer;
    }
}
