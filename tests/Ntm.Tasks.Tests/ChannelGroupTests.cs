using Ntm.Core;
using Ntm.Tasks.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Tasks.Tests;

/// <summary>Scores by groups of channels. float32 rounds at 6e-8 relative: 1e-5 after a few sums.</summary>
public class ChannelGroupTests
{
    [Fact]
    public void A_task_has_one_group_of_all_channels_unless_it_says_otherwise() =>
        Assert.Equal([new ChannelGroup("data", 0, 8)], new CopyTask().ChannelGroups);

    [Fact]
    public void Repeat_copy_reports_data_and_end_marker_apart() => Assert.Equal(
        [new ChannelGroup("data", 0, 3), new ChannelGroup("end marker", 3, 1)],
        new RepeatCopyTask(new RepeatCopyOptions { Width = 3 }).ChannelGroups);

    [Fact]
    public void The_score_of_all_channels_is_that_of_the_tensors_and_the_groups_add_up_to_it()
    {
        using var scope = NewDisposeScope();
        var task = new RepeatCopyTask(new RepeatCopyOptions { Width = 3, MaxLength = 4, MaxRepeats = 3 });
        var batch = new BatchBuffer(task);
        batch.Fill(1, 0, 17);
        var random = new Random(2);
        float[] logits = [.. Enumerable.Range(0, batch.Targets.Length).Select(_ => 8 * random.NextSingle() - 4)];
        var tensors = batch.ToTensors();
        var expected = SequenceLoss.Score(tensor(logits, tensors.Targets.shape), tensors.Targets, tensors.Mask);
        var all = batch.Score(logits, new ChannelGroup("all", 0, 4));
        AssertSame(expected, all);
        Assert.Equal(expected.PerfectSequences, all.PerfectSequences);

        var parts = task.ChannelGroups.Select(group => batch.Score(logits, group)).ToList();
        AssertSame(expected, new SequenceScore(
            LossKind.BinaryCrossEntropy, 17, parts.Sum(p => p.LossSum), parts.Sum(p => p.WrongSum), expected.PerfectSequences, parts.Sum(p => p.CountSum)));

        static void AssertSame(SequenceScore expected, SequenceScore actual)
        {
            Assert.Equal((expected.Sequences, expected.WrongSum, expected.CountSum), (actual.Sequences, actual.WrongSum, actual.CountSum));
            Assert.Equal(expected.LossSum, actual.LossSum, 1e-5 * expected.LossSum);
        }
    }

    [Fact]
    public void A_wrong_bit_counts_in_its_own_group_only()
    {
        // Length 1, 2 repeats: steps 2, 3 and 4 count, the last with the end marker. Right everywhere but in channel 0 of step 3.
        var batch = new BatchBuffer(new RepeatCopyTask(new RepeatCopyOptions { Width = 2, MinLength = 1, MaxLength = 1, MinRepeats = 2, MaxRepeats = 2 }));
        batch.Fill(1, 0, 1);
        float[] logits = [.. batch.Targets.ToArray().Select(y => 2 * y - 1)];
        logits[3 * 3] *= -1;
        var data = batch.Score(logits, batch.Task.ChannelGroups[0]);
        var marker = batch.Score(logits, batch.Task.ChannelGroups[1]);
        Assert.Equal((1, 0, 6), (data.WrongSum, data.PerfectSequences, data.CountSum));
        Assert.Equal((0, 1, 3), (marker.WrongSum, marker.PerfectSequences, marker.CountSum));
        // A right bit costs ln(1 + 1/e), a wrong one ln(1 + e).
        Assert.Equal(5 * Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.E), data.LossSum, 1e-12);
        Assert.Equal(3 * Math.Log(1 + Math.Exp(-1)), marker.LossSum, 1e-12);
    }

    [Fact]
    public void What_does_not_count_is_not_read()
    {
        // Four sequences of 1 to 4 steps: logits of padding are not a number.
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(3, 0, 40);
        Assert.True(batch.Lengths.ToArray().Distinct().Count() > 1);
        float[] logits = [.. Enumerable.Range(0, batch.Targets.Length).Select(i => batch.Mask[i / 2] > 0 ? 0 : float.NaN)];
        Assert.Equal(batch.Lengths.ToArray().Sum() * Math.Log(2), batch.Score(logits, new ChannelGroup("second", 1, 1)).LossSum, 1e-9);
    }

    [Fact]
    public void A_logit_that_is_not_a_number_is_wrong_whatever_its_target()
    {
        // Each step has a target of 0 and one of 1.
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(3, 0, 1);
        float[] logits = [.. Enumerable.Repeat(float.NaN, batch.Targets.Length)];
        var score = batch.Score(logits, new ChannelGroup("all", 0, 2));
        Assert.Equal((logits.Length, 0), (score.WrongSum, score.PerfectSequences));
    }

    [Fact]
    public void Huge_logits_have_a_finite_cost()
    {
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(3, 0, 1);
        float[] logits = [.. batch.Targets.ToArray().Select(y => y > 0.5 ? -1e4f : 1e4f)];
        Assert.Equal(1e4 * logits.Length, batch.Score(logits, new ChannelGroup("all", 0, 2)).LossSum, 1e-6);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 3)]
    [InlineData(2, 1)]
    [InlineData(1, 0)]
    public void Channels_that_the_task_has_not_are_refused(int first, int count)
    {
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(1, 0, 1);
        var exception = Assert.Throws<ArgumentOutOfRangeException>("group", () => batch.Score(batch.Targets, new ChannelGroup("odd", first, count)));
        Assert.Contains("The task echo has channels 0 to 1.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_of_another_size_are_refused()
    {
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(1, 0, 2);
        var exception = Assert.Throws<ArgumentException>("logits", () => batch.Score(batch.Targets[1..], new ChannelGroup("all", 0, 2)));
        Assert.StartsWith($"logits has {batch.Targets.Length - 1} elements; expected T * B * O = {batch.Targets.Length}.", exception.Message, StringComparison.Ordinal);
    }
}
