using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines;

/// <summary>A machine has a pass for every loss, if its engine is a fast one.</summary>
public class EngineLossTests
{
    private static readonly NtmOptions Options = new() { InputSize = 2, OutputSize = 3, ControllerSize = 4, MemoryLocations = 4, MemoryWidth = 2 };

    [Theory]
    [InlineData(EngineKind.Auto)]
    [InlineData(EngineKind.Cpu)]
    public void A_machine_on_the_CPU_has_a_pass_for_every_loss(EngineKind engine)
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1) { Engine = engine, Threads = 2 };
        foreach (var loss in Enum.GetValues<LossKind>())
        {
            using var pass = machine.CreatePass(loss);
            Assert.Null(SequenceTrainingPass.Obstacle(machine, loss));
            Assert.Equal((loss, 2), (pass!.Loss, Assert.IsType<SequenceTrainingPass>(pass).Threads));
        }
    }

    [Fact]
    public void The_reference_engine_has_none()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1) { Engine = EngineKind.Reference };
        Assert.Null(machine.CreatePass());
        using var elsewhere = new NeuralTuringMachine(Options, seed: 1);
        elsewhere.to(ScalarType.Float64);
        Assert.Null(elsewhere.CreatePass());
    }

    [Fact]
    public void Targets_that_count_are_those_of_steps_with_a_weight_within_the_lengths()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        using var pass = machine.CreatePass()!;
        float[] inputs = new float[3 * 2 * 2], targets = new float[3 * 2 * 3];
        // Sequence 0 has 3 steps with weights 1, 0 and 0.5; sequence 1 has 1 step of weight 1, and padding with weights.
        float[] mask = [1, 1, 0, 1, 0.5f, 1];
        Assert.Equal((2, 3 * 3), (pass.Evaluate(inputs, targets, mask, [3, 1], 3, 2).Sequences, pass.Evaluate(inputs, targets, mask, [3, 1], 3, 2).CountSum));
        Assert.Equal(5 * 3, pass.Compute(inputs, targets, mask, [], 3, 2).CountSum);
    }
}
