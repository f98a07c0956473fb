using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Losses;

/// <summary>Loss and scores, worked out by hand or by plain loops. float32 rounds at 6e-8 relative: 1e-5 after a few sums.</summary>
public sealed class SequenceLossTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Cross_entropy_is_summed_over_counted_steps_and_channels_and_averaged_over_sequences()
    {
        // Logit ln 3 is probability 3/4. Sequence 0: a 1 (ln 4/3) and a 0 (ln 4) counted at step 0; step 1 does not count.
        // Sequence 1: logits 0, ln 2 for each of 4 bits.
        var x = (float)Math.Log(3);
        var logits = tensor(new[] { x, x, 0, 0, 99, 99, 0, 0 }, [2, 2, 2]);
        var targets = tensor(new float[] { 1, 0, 1, 1, 0, 0, 0, 1 }, [2, 2, 2]);
        var mask = tensor(new float[] { 1, 1, 0, 1 }, [2, 2]);
        var expected = (Math.Log(4 / 3.0) + Math.Log(4) + 4 * Math.Log(2)) / 2;
        Assert.Equal(expected, SequenceLoss.Mean(logits, targets, mask).item<float>(), Tolerance);
        var score = SequenceLoss.Score(logits, targets, mask);
        Assert.Equal(2, score.Sequences);
        Assert.Equal(2 * expected, score.LossSum, Tolerance);
        Assert.Equal(expected / Math.Log(2), score.MeanCost, Tolerance);
        // Wrong: the 0 of sequence 0, and the 1s of sequence 1, whose logit 0 is no more than one half.
        Assert.Equal(1 + 3, score.WrongSum);
        Assert.Equal(2, score.MeanWrong);
        Assert.Equal(0, score.PerfectSequences);
        Assert.Equal(6, score.CountSum);
        Assert.Equal(3, score.MeanCount);
    }

    [Fact]
    public void Scores_equal_plain_loops()
    {
        const int Steps = 7, Batch = 11, Width = 3;
        var random = new Random(4);
        float[] Draw(int count, Func<float> draw) => [.. Enumerable.Range(0, count).Select(_ => draw())];
        var logits = Draw(Steps * Batch * Width, () => 4 * random.NextSingle() - 0.5f);
        var targets = Draw(Steps * Batch * Width, () => random.Next(4) == 0 ? 0 : 1);
        var mask = Draw(Steps * Batch, () => random.Next(3) == 0 ? 1 : 0);
        var (nats, wrongBits, perfect, bits) = (0.0, 0, 0, 0);
        for (var b = 0; b < Batch; b++)
        {
            var wrong = 0;
            for (var t = 0; t < Steps; t++)
            {
                if (mask[t * Batch + b] == 0)
                    continue;
                for (var c = 0; c < Width; c++)
                {
                    var i = (t * Batch + b) * Width + c;
                    var probability = 1 / (1 + Math.Exp(-logits[i]));
                    nats -= Math.Log(targets[i] == 1 ? probability : 1 - probability);
                    wrong += probability > 0.5 == (targets[i] == 1) ? 0 : 1;
                    bits++;
                }
            }

            wrongBits += wrong;
            perfect += wrong == 0 ? 1 : 0;
        }

        Assert.True(perfect is > 0 and < Batch, "both perfect and imperfect sequences occur");
        var score = SequenceLoss.Score(tensor(logits, [Steps, Batch, Width]), tensor(targets, [Steps, Batch, Width]), tensor(mask, [Steps, Batch]));
        Assert.Equal((Batch, wrongBits, perfect, bits), ((int)score.Sequences, (int)score.WrongSum, (int)score.PerfectSequences, (int)score.CountSum));
        Assert.Equal(nats, score.LossSum, Tolerance * nats);
    }

    [Fact]
    public void What_is_masked_changes_neither_loss_nor_score_nor_gradient()
    {
        var mask = tensor(new float[] { 1, 0, 1, 1 }, [4, 1]);
        var targets = ones(4, 1, 2);
        var results = new[] { 0f, 77f, -1e4f }.Select(padding =>
        {
            var logits = arange(8, dtype: float32).view(4, 1, 2).clone();
            logits[1].fill_(padding);
            logits.requires_grad_();
            var otherTargets = targets.clone();
            otherTargets[1].fill_(padding == 77 ? 0 : 1);
            var loss = SequenceLoss.Mean(logits, otherTargets, mask);
            loss.backward();
            return (loss.item<float>(), SequenceLoss.Score(logits, otherTargets, mask), string.Join(",", (logits.grad! + 0).data<float>().ToArray())); // + 0: no -0
        }).Distinct();
        Assert.Single(results);
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.SoftmaxCrossEntropy)]
    [InlineData(LossKind.SquaredError)]
    public void Views_have_the_loss_of_their_copies(LossKind loss)
    {
        var logits = randn([4, 3, 6], dtype: ScalarType.Float32);
        var targets = zeros([4, 3, 6], dtype: ScalarType.Float32);
        using (no_grad())
            targets.narrow(2, 2, 1).fill_(1);
        var mask = ones([3, 4], dtype: ScalarType.Float32).t();
        // One channel, some channels, and batches of which every second is taken.
        foreach (var (first, count) in ((int, int)[])[(2, 1), (1, 3)])
        {
            var (z, y) = (logits.narrow(2, first, count), targets.narrow(2, first, count));
            Assert.Equal(
                SequenceLoss.Mean(z.contiguous(), y.contiguous(), mask.contiguous(), loss).item<float>(), SequenceLoss.Mean(z, y, mask, loss).item<float>());
            Assert.Equal(SequenceLoss.Score(z.contiguous(), y.contiguous(), mask.contiguous(), loss), SequenceLoss.Score(z, y, mask, loss));
        }

        var every = arange(0, 4, 2);
        Assert.Equal(
            SequenceLoss.Score(logits.index_select(0, every), targets.index_select(0, every), mask.index_select(0, every), loss),
            SequenceLoss.Score(logits[TensorIndex.Slice(step: 2)], targets[TensorIndex.Slice(step: 2)], mask[TensorIndex.Slice(step: 2)], loss));
    }

    [Fact]
    public void Huge_logits_have_a_finite_loss()
    {
        var loss = SequenceLoss.Mean(tensor(new[] { 1e4f, -1e4f }, [1, 1, 2]), tensor(new float[] { 0, 1 }, [1, 1, 2]), ones(1, 1));
        Assert.Equal(2e4, loss.item<float>(), 1);
    }

    [Fact]
    public void Wrong_shapes_are_refused_by_argument_shape_and_expected_shape()
    {
        Refused("targets", "targets has shape [2, 3, 5]; expected [T, B, O] = [2, 3, 4], like logits.", zeros(2, 3, 4), zeros(2, 3, 5), zeros(2, 3));
        Refused("mask", "mask has shape [3, 2]; expected [T, B] = [2, 3], like logits.", zeros(2, 3, 4), zeros(2, 3, 4), zeros(3, 2));
        Refused("mask", "mask has shape [2, 3, 1]; expected [T, B] = [2, 3], like logits.", zeros(2, 3, 4), zeros(2, 3, 4), zeros(2, 3, 1));
        Refused("logits", "logits has shape [2, 3]; expected [T, B, O].", zeros(2, 3), zeros(2, 3), zeros(2));
    }

    [Theory]
    [InlineData(5, "5")]
    [InlineData(-1e-6f, "-1E-06")]
    [InlineData(1.0000001f, "1.0000001")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void Targets_outside_0_to_1_are_refused_by_place_and_value(float value, string shown)
    {
        foreach (var type in (ScalarType[])[float32, float64])
        {
            var targets = rand(3, 5, 4, dtype: type);
            targets[1, 4, 2] = value;
            Refused("targets", $"targets is {shown} at [1, 4, 2]; expected 0 to 1.", zeros(3, 5, 4, dtype: type), targets, ones(3, 5, dtype: type));
            // The same place of another layout.
            var turned = targets.transpose(0, 1);
            Refused("targets", $"targets is {shown} at [4, 1, 2]; expected 0 to 1.", zeros(5, 3, 4, dtype: type), turned, ones(5, 3, dtype: type));
        }
    }

    [Fact]
    public void A_mask_that_is_not_finite_is_refused_by_place_and_value()
    {
        var mask = ones(3, 2);
        mask[2, 1] = float.NegativeInfinity;
        Refused("mask", "mask is -Infinity at [2, 1]; expected a finite number.", zeros(3, 2, 4), zeros(3, 2, 4), mask);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public void A_logit_that_is_not_a_number_is_wrong_whatever_its_target(float target)
    {
        // Sequence 0 has one such logit, sequence 1 one in a step that does not count.
        var right = target > 0 ? 3f : -3f;
        var logits = full([2, 2, 3], right, dtype: float32);
        logits[0, 0, 1] = float.NaN;
        logits[1, 1, 1] = float.NaN;
        var score = SequenceLoss.Score(logits, full([2, 2, 3], target, dtype: float32), tensor(new float[] { 1, 1, 1, 0 }, [2, 2]));
        Assert.Equal((1, 1), (score.WrongSum, score.PerfectSequences));
        Assert.True(double.IsNaN(score.LossSum));
    }

    [Fact]
    public void Null_is_refused_by_name()
    {
        Tensor t = zeros(1, 1, 1), mask = zeros(1, 1);
        Assert.Throws<ArgumentNullException>("logits", () => SequenceLoss.Mean(null!, t, mask));
        Assert.Throws<ArgumentNullException>("targets", () => SequenceLoss.Mean(t, null!, mask));
        Assert.Throws<ArgumentNullException>("mask", () => SequenceLoss.Score(t, t, null!));
    }

    [Fact]
    public void The_loss_leaves_no_tensor_but_itself()
    {
        var (logits, targets, mask) = (zeros(2, 3, 4), zeros(2, 3, 4), ones(2, 3));
        using var scope = NewDisposeScope();
        SequenceLoss.Mean(logits, targets, mask);
        Assert.Equal(1, scope.DisposablesCount);
        SequenceLoss.Score(logits, targets, mask);
        Assert.Equal(1, scope.DisposablesCount);
    }

    private static void Refused(string argument, string message, Tensor logits, Tensor targets, Tensor mask)
    {
        foreach (var call in new Func<object>[] { () => SequenceLoss.Mean(logits, targets, mask), () => SequenceLoss.Score(logits, targets, mask) })
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(argument, call).Message, StringComparison.Ordinal);
    }
}
