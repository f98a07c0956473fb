using Ntm.Core;

namespace Ntm.Tasks.Tests;

/// <summary>A task's loss determines which targets are valid, how logits are scored, and when it counts as solved.</summary>
public class TaskLossTests
{
    private delegate void Writer(SequenceBuffer sequence);

    [Fact]
    public void The_tasks_of_the_paper_have_bits() => Assert.All(
        (SequenceTask[])[new CopyTask(), new RepeatCopyTask(), new AssociativeRecallTask(), new NGramTask(), new PrioritySortTask()],
        task => Assert.Equal(LossKind.BinaryCrossEntropy, task.Loss));

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 0.05)]
    [InlineData(LossKind.SoftmaxCrossEntropy, 0.01)]
    [InlineData(LossKind.SquaredError, 0.05)]
    public void The_goal_of_a_custom_task_grows_with_what_a_step_counts_as(LossKind loss, double cost) =>
        Assert.Equal(new TaskGoal(cost, 0), new CustomTask(loss, _ => { }, outputs: 40).Goal);

    [Theory]
    [InlineData(LossKind.SoftmaxCrossEntropy, -1f, "-1", "0 or more, and finite")]
    [InlineData(LossKind.SoftmaxCrossEntropy, float.NaN, "NaN", "0 or more, and finite")]
    [InlineData(LossKind.SquaredError, float.PositiveInfinity, "Infinity", "a finite number")]
    [InlineData(LossKind.SquaredError, float.NaN, "NaN", "a finite number")]
    public void A_target_that_is_not_valid_is_refused_by_task_sequence_step_channel_and_value(LossKind loss, float value, string shown, string expected)
    {
        var task = new CustomTask(loss, sequence =>
        {
            for (var t = 0; t < 3; t++)
                sequence.CountedTarget(t)[0] = 1;
            sequence.Target(1)[2] = value;
        });
        Assert.Equal(
            $"The task custom drew the target {shown} in sequence 4 of stream 7, step 1, channel 2; expected {expected}.",
            Assert.Throws<InvalidOperationException>(() => new BatchBuffer(task).Fill(7, 4, 1)).Message);
    }

    [Fact]
    public void Targets_that_are_no_distribution_are_refused_by_task_sequence_step_and_sum()
    {
        var task = new CustomTask(LossKind.SoftmaxCrossEntropy, sequence =>
        {
            sequence.CountedTarget(0)[0] = 1;
            sequence.CountedTarget(2)[1] = 0.75f;
        });
        Assert.Equal(
            "The task custom drew targets in sequence 4 of stream 7, step 2 that sum to 0.75; expected 1 within 0.001.",
            Assert.Throws<InvalidOperationException>(() => new BatchBuffer(task).Fill(7, 4, 1)).Message);
    }

    [Fact]
    public void Targets_of_steps_that_do_not_count_need_not_sum_to_1()
    {
        var buffer = new BatchBuffer(new CustomTask(LossKind.SoftmaxCrossEntropy, sequence =>
        {
            sequence.CountedTarget(0)[0] = 1;
            sequence.Target(1)[1] = 5;
        }));
        buffer.Fill(7, 4, 1);
        Assert.Equal([1, 0, 0, 0, 5, 0, 0, 0, 0], buffer.Targets.ToArray());
    }

    [Fact]
    public void Any_finite_number_may_be_a_target_of_a_regression()
    {
        float[] targets = [-1e30f, 1e30f, -0f];
        var buffer = new BatchBuffer(new CustomTask(LossKind.SquaredError, sequence => targets.CopyTo(sequence.CountedTarget(1))));
        buffer.Fill(7, 4, 1);
        Assert.Equal(targets, buffer.Targets[3..6].ToArray());
    }

    [Fact]
    public void A_symbol_counts_in_the_group_that_has_it()
    {
        // Symbol 0 at step 0, which is right, and symbol 2 at step 1, which is taken for symbol 1. All logits but one are 0.
        var buffer = new BatchBuffer(new CustomTask(LossKind.SoftmaxCrossEntropy, sequence =>
        {
            sequence.CountedTarget(0)[0] = 1;
            sequence.CountedTarget(1)[2] = 1;
        }));
        buffer.Fill(1, 0, 1);
        float[] logits = [2, 0, 0, 0, 2, 0, float.NaN, float.NaN, float.NaN];
        var log = Math.Log(Math.Exp(2) + 2);
        Same(new SequenceScore(LossKind.SoftmaxCrossEntropy, 1, log - 2 + log, 1, 0, 2), buffer.Score(logits));
        Same(new SequenceScore(LossKind.SoftmaxCrossEntropy, 1, log - 2, 0, 1, 1), buffer.Score(logits, new ChannelGroup("low", 0, 2)));
        Same(new SequenceScore(LossKind.SoftmaxCrossEntropy, 1, log, 1, 0, 1), buffer.Score(logits, new ChannelGroup("high", 2, 1)));
    }

    [Fact]
    public void A_number_is_wrong_if_it_is_off_by_more_than_a_half()
    {
        var buffer = new BatchBuffer(new CustomTask(LossKind.SquaredError, sequence => ((float[])[3, -2, 10]).CopyTo(sequence.CountedTarget(1))));
        buffer.Fill(1, 0, 2);
        var logits = new float[buffer.Targets.Length];
        // Time-major: step 1 of sequences 0 and 1.
        ((float[])[3.5f, -2, 9, 3, -2, 10]).CopyTo(logits, 6);
        Same(new SequenceScore(LossKind.SquaredError, 2, 0.25 + 1, 1, 1, 6), buffer.Score(logits));
        Same(new SequenceScore(LossKind.SquaredError, 2, 0.25, 0, 2, 4), buffer.Score(logits, new ChannelGroup("first", 0, 2)));
    }

    private static void Same(SequenceScore expected, SequenceScore actual)
    {
        Assert.Equal(expected.LossSum, actual.LossSum, 1e-12);
        Assert.Equal(expected, actual with { LossSum = expected.LossSum });
    }

    private sealed class CustomTask(LossKind loss, Writer write, int outputs = 3) : SequenceTask
    {
        public override string Name => "custom";

        public override int InputSize => 1;

        public override int OutputSize => outputs;

        public override LossKind Loss => loss;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(3);
            write(sequence);
        }
    }
}
