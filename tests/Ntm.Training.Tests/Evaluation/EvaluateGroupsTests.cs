using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class EvaluateGroupsTests
{
    private static readonly RepeatCopyTask RepeatCopy = new(new RepeatCopyOptions { Width = 2, MaxLength = 3, MaxRepeats = 3 });

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Reference)]
    public void The_total_is_the_sum_of_the_groups_and_the_score_without_them(EngineKind engine)
    {
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = 4, OutputSize = 3, ControllerSize = 16, MemoryLocations = 8, MemoryWidth = 6 }, seed: 2)
        { Engine = engine };
        Assert.Equal(engine, machine.EngineChoice.Engine);
        var plain = Evaluator.Evaluate(machine, RepeatCopy, sequences: 90, seed: 3, batchSize: 40);
        var split = Evaluator.EvaluateGroups(machine, RepeatCopy, sequences: 90, seed: 3, batchSize: 40);
        Assert.Equal(plain, split.Total);
        Assert.Equal(["data", "end marker"], split.Groups.Select(g => g.Name));
        Assert.All(split.Groups, g => Assert.Equal(90, g.Score.Sequences));
        Assert.All(split.Groups, g => Assert.True(g.Score.WrongSum > 0 && g.Score.LossSum > 0, "both groups have a part in the total"));
        Assert.Equal(plain.WrongSum, split.Groups.Sum(g => g.Score.WrongSum));
        Assert.Equal(plain.CountSum, split.Groups.Sum(g => g.Score.CountSum));
        Assert.Equal(plain.LossSum, split.Groups.Sum(g => g.Score.LossSum), 1e-5 * plain.LossSum);
    }

    [Fact]
    public void A_task_with_one_group_has_the_total_in_it()
    {
        using var model = new LinearModel();
        var split = Evaluator.EvaluateGroups(model, new EchoTask(), sequences: 30, seed: 4, batchSize: 8);
        var only = Assert.Single(split.Groups).Score;
        Assert.Equal(split.Total.LossSum, only.LossSum, 1e-5 * split.Total.LossSum);
        Assert.Equal(split.Total with { LossSum = 0 }, only with { LossSum = 0 });
    }

    [Fact]
    public void The_sequences_are_those_that_are_reported_on_and_not_those_that_decide_when_to_stop()
    {
        using var model = new LinearModel();
        var expected = Evaluator.Evaluate(model, new EchoTask(), SequenceSeeds.HeldOut(5), 0, 64, 16, CancellationToken.None);
        Assert.Equal(expected, Evaluator.EvaluateGroups(model, new EchoTask(), sequences: 64, seed: 5, batchSize: 16).Total);
    }

    [Theory]
    [InlineData(0, 1)] // channel 1 is in no group
    [InlineData(0, 3)] // there is no channel 2
    [InlineData(1, 1)] // channel 0 is in no group
    public void Groups_that_are_not_all_channels_are_refused_by_the_tasks_name(int first, int count)
    {
        using var machine = SmallMachine.Create();
        var exception = Assert.Throws<InvalidOperationException>(() => Evaluator.EvaluateGroups(machine, new OddTask(new ChannelGroup("odd", first, count))));
        Assert.Equal("The ChannelGroups of the task odd must hold the channels 0 to 1 once each, in order.", exception.Message);
    }

    private sealed class OddTask(ChannelGroup group) : SequenceTask
    {
        public override string Name => "odd";

        public override int InputSize => 3;

        public override int OutputSize => 2;

        public override IReadOnlyList<ChannelGroup> ChannelGroups => [group];

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence) => sequence.Begin(1);
    }
}
