using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>Trainer and evaluator report the errors of a task's sequences as the task's, on every engine and before any update.</summary>
public class BadTaskTests
{
    public static TheoryData<bool> Models => [false, true];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_target_outside_0_to_1_ends_training_and_evaluation(bool fused) => Refused(
        fused, sequence => sequence.CountedTarget(2)[1] = 5, stream => $"The task bad drew the target 5 in sequence 3 of stream {stream}, step 2, channel 1; expected 0 to 1.");

    [Theory]
    [MemberData(nameof(Models))]
    public void An_input_that_is_not_a_number_ends_training_and_evaluation(bool fused) => Refused(
        fused, sequence => sequence.Input(2)[1] = float.NaN, stream => $"The task bad drew the input NaN in sequence 3 of stream {stream}, step 2, channel 1; expected a finite number.");

    [Theory]
    [MemberData(nameof(Models))]
    public void A_task_that_counts_no_step_is_not_solved(bool fused) => Refused(
        fused, sequence => sequence.Begin(3),
        stream => $"The task bad drew sequence 3 of stream {stream} without a step that counts, so there is nothing to learn; its Draw must write targets by SequenceBuffer.CountedTarget.");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_optimum_that_is_not_finite_is_refused(double bits)
    {
        using var machine = Machine(fused: true);
        var exception = Assert.Throws<InvalidOperationException>(() => Evaluator.Evaluate(machine, new BadTask(_ => { }, 0, bits), sequences: 5));
        Assert.StartsWith("The OptimalCostSum of the task bad is ", exception.Message, StringComparison.Ordinal);
    }

    private static void Refused(bool fused, Action<SequenceBuffer> fault, Func<ulong, string> message)
    {
        using var machine = Machine(fused);
        var before = SmallMachine.Values(machine);
        var options = new TrainingOptions { BatchSize = 2, Sequences = 20, Optimizer = { LearningRate = 1e-3 } };
        var untouched = new Trainer(machine, new BadTask(fault, 3), options);
        Assert.Equal(message(SequenceSeeds.Training(1)), Assert.Throws<InvalidOperationException>(() => untouched.Train()).Message);
        // One update was made, of the previous sequences.
        Assert.NotEqual(before, SmallMachine.Values(machine));
        Assert.All(SmallMachine.Values(machine), v => Assert.True(float.IsFinite(v)));
        Assert.Equal(message(SequenceSeeds.HeldOut(4)), Assert.Throws<InvalidOperationException>(() => Evaluator.Evaluate(machine, new BadTask(fault, 3), seed: 4)).Message);
        Assert.Equal(
            message(SequenceSeeds.HeldOut(4)), Assert.Throws<InvalidOperationException>(() => Evaluator.EvaluateGroups(machine, new BadTask(fault, 3), seed: 4)).Message);
    }

    private static NeuralTuringMachine Machine(bool fused)
    {
        var machine = SmallMachine.Create();
        machine.Engine = fused ? EngineKind.Cpu : EngineKind.Reference;
        return machine;
    }

    /// <summary>Three steps that count; one sequence has a fault.</summary>
    private sealed class BadTask(Action<SequenceBuffer> fault, int faulty, double optimum = 0) : SequenceTask
    {
        private int _drawn;

        public override string Name => "bad";

        public override int InputSize => 3;

        public override int OutputSize => 2;

        public override double OptimalCostSum(BatchBuffer batch) => optimum;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(3);
            for (var t = 0; t < 3; t++)
                random.NextBits(sequence.CountedTarget(t));
            if (_drawn++ == faulty)
                fault(sequence);
        }
    }
}
