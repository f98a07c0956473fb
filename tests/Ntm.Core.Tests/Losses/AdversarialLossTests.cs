using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Losses;

/// <summary>Logits that are NaN, infinite, tied, or in steps that do not count; and targets that are refused. Tensor and definition agree.</summary>
public sealed class AdversarialLossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<LossKind> Losses => [.. Enum.GetValues<LossKind>()];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, new[] { 0f, 0f, 1f }, 1)]
    [InlineData(LossKind.SoftmaxCrossEntropy, new[] { 0f, 0f, 1f }, 1)]
    [InlineData(LossKind.SquaredError, new[] { -2f, 0f, 5f }, 1)]
    public void A_logit_that_is_not_a_number_is_wrong_whatever_its_target(LossKind loss, float[] targets, int wrong)
    {
        for (var place = 0; place < 3; place++)
        {
            // All other logits are right.
            float[] logits = [.. targets.Select(y => loss == LossKind.SquaredError ? y : 8 * y - 4)];
            Assert.Equal(0, Both(loss, logits, targets).Wrong);
            logits[place] = float.NaN;
            var step = Both(loss, logits, targets);
            Assert.Equal(wrong, step.Wrong);
            Assert.True(double.IsNaN(step.Loss));
        }
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, float.PositiveInfinity, 0, 1)]
    [InlineData(LossKind.BinaryCrossEntropy, float.NegativeInfinity, 1, 1)]
    [InlineData(LossKind.SquaredError, float.PositiveInfinity, 0, 1)]
    [InlineData(LossKind.SquaredError, float.NegativeInfinity, 0, 1)]
    [InlineData(LossKind.SoftmaxCrossEntropy, float.PositiveInfinity, 0, 1)]
    public void An_infinite_logit_has_no_finite_loss(LossKind loss, float logit, float target, int wrong)
    {
        var step = Both(loss, [logit, -4], [target, loss == LossKind.SoftmaxCrossEntropy ? 1 : 0]);
        Assert.False(double.IsFinite(step.Loss));
        Assert.Equal(loss == LossKind.SquaredError ? wrong + 1 : wrong, step.Wrong);
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 1e4f, 1e4)]
    [InlineData(LossKind.SoftmaxCrossEntropy, 1e4f, 1e4)]
    [InlineData(LossKind.SquaredError, 1e4f, 1e8)]
    public void Huge_logits_have_a_finite_loss(LossKind loss, float logit, double expected)
    {
        var step = Both(loss, [logit, 0], [0, loss == LossKind.SoftmaxCrossEntropy ? 1 : 0]);
        Assert.Equal(expected, step.Loss, 1e-6 * expected + 1);
        Assert.True(step.Wrong >= 1);
        var sure = Both(loss, [-1e4f, 1e4f], loss == LossKind.SquaredError ? [-1e4f, 1e4f] : [0, 1]);
        Assert.Equal((0.0, 0), (sure.Loss, sure.Wrong));
    }

    [Theory]
    [InlineData(new[] { 1f, 1f, 0f }, new[] { 1f, 0f, 0f }, 0)]
    [InlineData(new[] { 1f, 1f, 0f }, new[] { 0f, 1f, 0f }, 1)]
    [InlineData(new[] { 0f, 0f, 0f }, new[] { 0f, 0f, 1f }, 1)]
    [InlineData(new[] { 0f, 0f, 0f }, new[] { 0.5f, 0.5f, 0f }, 0)]
    [InlineData(new[] { 0f, 2f, 2f }, new[] { 0f, 0.5f, 0.5f }, 0)]
    [InlineData(new[] { 0f, 1f, 2f }, new[] { 0f, 0.5f, 0.5f }, 1)]
    public void Of_several_largest_the_first_counts(float[] logits, float[] targets, int wrong) =>
        Assert.Equal(wrong, Both(LossKind.SoftmaxCrossEntropy, logits, targets).Wrong);

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 0f, 1f, 1)]
    [InlineData(LossKind.BinaryCrossEntropy, 0f, 0f, 0)]
    [InlineData(LossKind.BinaryCrossEntropy, 1e-30f, 0.5f, 1)]
    [InlineData(LossKind.SquaredError, 0.5f, 0f, 0)]
    [InlineData(LossKind.SquaredError, -0.5f, 0f, 0)]
    [InlineData(LossKind.SquaredError, 0.50000006f, 0f, 1)]
    public void On_the_bound_it_is_right_or_wrong_as_defined(LossKind loss, float logit, float target, int wrong) =>
        Assert.Equal(wrong, Both(loss, [logit], [target]).Wrong);

    [Theory]
    [MemberData(nameof(Losses))]
    public void Steps_of_weight_0_may_hold_anything(LossKind loss)
    {
        var (clean, dirty) = (new LossData(loss, 4), new LossData(loss, 4));
        float[] odd = [float.NaN, float.PositiveInfinity, -1e30f, float.NegativeInfinity];
        for (var row = 0; row < dirty.Mask.Length; row++)
        {
            if (dirty.Mask[row] != 0)
                continue;
            odd.CopyTo(dirty.Logits, row * 4);
            Array.Fill(dirty.Targets, odd[row % 4], row * 4, 4);
        }

        Assert.Equal(Computed(clean), Computed(dirty));
        Assert.Equal(clean.Reference(), dirty.Reference());
        SequenceValues.Check(ReferenceLoss.Of(loss), new float[dirty.Mask.Length], dirty.Targets, dirty.Mask, [], LossData.Batch);

        static (float Loss, SequenceScore Score, string Gradient) Computed(LossData data)
        {
            var logits = data.LogitTensor().requires_grad_();
            var mean = SequenceLoss.Mean(logits, data.TargetTensor(), data.MaskTensor(), data.Loss);
            mean.backward();
            return (mean.item<float>(), SequenceLoss.Score(logits, data.TargetTensor(), data.MaskTensor(), data.Loss), string.Join(",", logits.grad!.data<float>().ToArray()));
        }
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 1.5f, "1.5", "0 to 1")]
    [InlineData(LossKind.BinaryCrossEntropy, float.NaN, "NaN", "0 to 1")]
    [InlineData(LossKind.SoftmaxCrossEntropy, -0.25f, "-0.25", "0 or more, and finite")]
    [InlineData(LossKind.SoftmaxCrossEntropy, float.NaN, "NaN", "0 or more, and finite")]
    [InlineData(LossKind.SoftmaxCrossEntropy, float.PositiveInfinity, "Infinity", "0 or more, and finite")]
    [InlineData(LossKind.SquaredError, float.NaN, "NaN", "a finite number")]
    [InlineData(LossKind.SquaredError, float.NegativeInfinity, "-Infinity", "a finite number")]
    public void Invalid_targets_are_refused_by_place_and_value(LossKind loss, float value, string shown, string expected)
    {
        for (var place = 0; place < 9; place++)
        {
            var data = new LossData(loss, 9);
            data.Mask[3 * LossData.Batch + 4] = 1;
            data.Targets[(3 * LossData.Batch + 4) * 9 + place] = value;
            Refused(data, $"targets is {shown} at [3, 4, {place}]; expected {expected}.", $"targets is {shown} at step 3, sequence 4, channel {place}; expected {expected}.");
        }
    }

    [Theory]
    [InlineData(0.5f, "0.5")]
    [InlineData(0f, "0")]
    [InlineData(0.9985f, "0.9985")]
    [InlineData(1.0015f, "1.0015")]
    [InlineData(2f, "2")]
    public void Targets_that_are_no_distribution_are_refused_by_place_and_sum(float sum, string shown)
    {
        var data = new LossData(LossKind.SoftmaxCrossEntropy, 3);
        data.Mask[3 * LossData.Batch + 4] = 0.5f;
        ((float[])[0, sum, 0]).CopyTo(data.Targets, (3 * LossData.Batch + 4) * 3);
        Refused(data, $"targets at [3, 4] sum to {shown}; expected 1 within 0.001.", $"targets at step 3, sequence 4 sum to {shown}; expected 1 within 0.001.");
    }

    [Theory]
    [InlineData(0.9991f)]
    [InlineData(1.0009f)]
    public void A_distribution_may_be_rounded(float sum) => Assert.Null(ReferenceLoss.Of(LossKind.SoftmaxCrossEntropy).FaultOfStep([0, sum, 0]));

    [Fact]
    public void Wrong_channels_and_lengths_are_refused_by_name()
    {
        var loss = ReferenceLoss.Of(LossKind.SquaredError);
        Assert.Throws<ArgumentException>("logits", () => loss.Step([0, 0], [0]));
        Assert.Throws<ArgumentOutOfRangeException>("first", () => loss.Step([0, 0], [0, 0], -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("first", () => loss.Step([0, 0], [0, 0], 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => loss.Step([0, 0], [0, 0], 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => loss.Step([0, 0], [0, 0], 0, -1));
    }

    private static void Refused(LossData data, string asTensor, string asSpan)
    {
        foreach (var call in new Func<object>[]
        {
            () => SequenceLoss.Mean(data.LogitTensor(), data.TargetTensor(), data.MaskTensor(), data.Loss),
            () => SequenceLoss.Score(data.LogitTensor(), data.TargetTensor(), data.MaskTensor(), data.Loss),
        })
        {
            Assert.StartsWith(asTensor, Assert.Throws<ArgumentException>("targets", call).Message, StringComparison.Ordinal);
        }

        var inSpans = Assert.Throws<ArgumentException>(
            "targets", () => SequenceValues.Check(ReferenceLoss.Of(data.Loss), new float[data.Mask.Length], data.Targets, data.Mask, [], LossData.Batch));
        Assert.StartsWith(asSpan, inSpans.Message, StringComparison.Ordinal);
    }

    /// <summary>One step, by definition and as a tensor in float64.</summary>
    private static StepLoss Both(LossKind loss, float[] logits, float[] targets)
    {
        var step = ReferenceLoss.Of(loss).Step(logits, targets);
        var score = SequenceLoss.Score(
            tensor(logits, [1, 1, logits.Length]).to(ScalarType.Float64), tensor(targets, [1, 1, targets.Length]).to(ScalarType.Float64), ones(1, 1), loss);
        Assert.Equal((step.Wrong, step.Counted), ((int)score.WrongSum, (int)score.CountSum));
        Assert.Equal(double.IsFinite(step.Loss), score.IsFinite);
        if (score.IsFinite)
            Assert.Equal(step.Loss, score.LossSum, 1e-12 * (1 + Math.Abs(step.Loss)));
        return step;
    }
}
