using Ntm.Core;

namespace Ntm.Tasks.Tests;

/// <summary>A goal allows the same error for any sizes of a task; at the default sizes it is the number that trainings were measured by.</summary>
public class TaskGoalTests
{
    public static TheoryData<string, double, double> Defaults => new()
    {
        { "copy", 0.01, 0 },
        { "repeat-copy", 0.01, 0 },
        { "associative-recall", 0.01, 0 },
        { "ngram", 0.5, double.PositiveInfinity },
        { "priority-sort", 10, double.PositiveInfinity },
    };

    private static SequenceTask[] Tasks => [new CopyTask(), new RepeatCopyTask(), new AssociativeRecallTask(), new NGramTask(), new PrioritySortTask()];

    [Theory]
    [MemberData(nameof(Defaults))]
    public void At_the_default_sizes_a_goal_is_exactly_this(string task, double cost, double wrong) =>
        Assert.Equal(new TaskGoal(cost, wrong), Tasks.Single(t => t.Name == task).Goal);

    [Fact]
    public void A_goal_grows_with_the_bits_that_count()
    {
        Assert.Equal(0.04, new CopyTask(new CopyOptions { Width = 32 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(0.01 * 120 / 10.5, new CopyTask(new CopyOptions { MinLength = 120, MaxLength = 120 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(0.01 * 33 / 9, new RepeatCopyTask(new RepeatCopyOptions { Width = 32 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(
            0.01 * 201 / 31.25,
            new RepeatCopyTask(new RepeatCopyOptions { MinLength = 10, MinRepeats = 20, MaxRepeats = 20 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(0.02, new AssociativeRecallTask(new AssociativeRecallOptions { Width = 12 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(40, new PrioritySortTask(new PrioritySortOptions { Width = 32 }).Goal.MeanExcessCost, 1e-12);
        Assert.Equal(1, new NGramTask(new NGramOptions { Bits = 399 }).Goal.MeanExcessCost, 1e-12);
    }

    [Fact]
    public void Smaller_sizes_do_not_ask_for_more_than_the_default_ones_where_everything_can_be_known()
    {
        Assert.Equal(new TaskGoal(0.01, 0), new CopyTask(new CopyOptions { Width = 2, MaxLength = 3 }).Goal);
        Assert.Equal(new TaskGoal(0.01, 0), new RepeatCopyTask(new RepeatCopyOptions { Width = 2, MaxLength = 3, MaxRepeats = 3 }).Goal);
        Assert.Equal(new TaskGoal(0.01, 0), new AssociativeRecallTask(new AssociativeRecallOptions { Width = 2 }).Goal);
    }

    /// <summary>One vector of eight bits, two times: to guess costs 16 bits, less than the goal of the default sizes allows twice over.</summary>
    [Fact]
    public void Guessing_does_not_solve_a_small_priority_sort()
    {
        var task = new PrioritySortTask(new PrioritySortOptions { Width = 4, Inputs = 3, Outputs = 2 });
        Assert.False(task.Goal.IsReachedBy(Guessed(task)));
        Assert.False(new NGramTask(new NGramOptions { Bits = 10, N = 2 }).Goal.IsReachedBy(new SequenceScore(LossKind.BinaryCrossEntropy, 100, 100 * 9 * Math.Log(2), 0, 0, 900)));
    }

    /// <summary>A model that is right in every bit, as sure of a bit of 32 as one that solves the task at 8 is of a bit of 8.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(100)]
    public void The_same_certainty_in_every_bit_solves_a_copy_of_any_width(int width)
    {
        var task = new CopyTask(new CopyOptions { Width = width });
        var buffer = new BatchBuffer(task);
        buffer.Fill(1, 0, 1_000);
        // Right by 9.5: 0.000108 bits for a bit, 0.0091 for the 84 of a sequence of width 8.
        float[] logits = [.. buffer.Targets.ToArray().Select(target => target > 0.5f ? 9.5f : -9.5f)];
        var score = buffer.Score(logits, new ChannelGroup("all", 0, width));
        Assert.Equal(1_000, score.PerfectSequences);
        Assert.True(task.Goal.IsReachedBy(score), $"{score.MeanCost} bits; goal {task.Goal}");
    }

    [Fact]
    public void A_custom_task_has_the_goal_of_a_narrow_one_up_to_eight_channels_and_more_beyond()
    {
        Assert.Equal(new TaskGoal(0.01, 0), new Wide(1).Goal);
        Assert.Equal(new TaskGoal(0.01, 0), new Wide(8).Goal);
        Assert.Equal(new TaskGoal(0.04, 0), new Wide(32).Goal);
    }

    [Theory]
    [InlineData(LossKind.BinaryCrossEntropy, 0.69, 0, true)]
    [InlineData(LossKind.BinaryCrossEntropy, 0.70, 0, false)] // 0.70 nats are 1.01 bits
    [InlineData(LossKind.SoftmaxCrossEntropy, 0.69, 0, true)]
    [InlineData(LossKind.SoftmaxCrossEntropy, 0.70, 0, false)]
    [InlineData(LossKind.SquaredError, 1.0, 0, true)]
    [InlineData(LossKind.SquaredError, 1.01, 0, false)]
    [InlineData(LossKind.BinaryCrossEntropy, 0.0, 5, true)]
    [InlineData(LossKind.BinaryCrossEntropy, 0.0, 6, false)]
    public void A_goal_is_reached_at_or_below_both_bounds(LossKind loss, double meanLoss, long wrongOfTen, bool reached) =>
        Assert.Equal(reached, new TaskGoal(MeanExcessCost: 1, MeanWrong: 0.5).IsReachedBy(new SequenceScore(loss, 10, 10 * meanLoss, wrongOfTen, 0, 1)));

    [Fact]
    public void A_score_that_is_not_a_number_reaches_no_goal() =>
        Assert.False(new TaskGoal(double.PositiveInfinity, double.PositiveInfinity).IsReachedBy(new SequenceScore(LossKind.BinaryCrossEntropy, 10, double.NaN, 0, 0, 1)));

    private static SequenceScore Guessed(SequenceTask task)
    {
        var buffer = new BatchBuffer(task);
        buffer.Fill(1, 0, 100);
        return buffer.Score(new float[buffer.Targets.Length], new ChannelGroup("all", 0, task.OutputSize));
    }

    private sealed class Wide(int width) : SequenceTask
    {
        public override string Name => "wide";

        public override int InputSize => 1;

        public override int OutputSize => width;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence) => sequence.Begin(1);
    }
}
