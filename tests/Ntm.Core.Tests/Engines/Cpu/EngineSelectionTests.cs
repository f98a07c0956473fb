using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

public class EngineSelectionTests
{
    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    [Fact]
    public void The_fast_engine_is_the_default()
    {
        using var machine = new NeuralTuringMachine(Options);
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        machine.Engine = EngineKind.Reference;
        Assert.Equal(new EngineChoice(EngineKind.Reference, "explicitly requested"), machine.EngineChoice);
        machine.Engine = EngineKind.Cpu;
        Assert.Equal(new EngineChoice(EngineKind.Cpu, "explicitly requested"), machine.Cell.EngineChoice);
    }

    [Fact]
    public void Other_element_types_fall_back_with_the_reason()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        machine.to(ScalarType.Float64);
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains("Float64", machine.EngineChoice.Reason, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float64, machine.forward(zeros(2, 1, 3, dtype: ScalarType.Float64)).Logits.dtype);
        machine.to(ScalarType.Float32);
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        using var fresh = new NeuralTuringMachine(Options, seed: 1);
        Assert.Equal(fresh.forward(zeros(2, 1, 3)).Logits.data<float>().ToArray(), machine.forward(zeros(2, 1, 3)).Logits.data<float>().ToArray());
    }

    [Fact]
    public void Parts_of_ones_own_fall_back_with_the_reason()
    {
        using var machine = new NeuralTuringMachine(Options, new NtmParts { ReadAddressing = new EverywhereAddressing() });
        Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
        Assert.Contains(nameof(EverywhereAddressing), machine.EngineChoice.Reason, StringComparison.Ordinal);
        Assert.Contains(nameof(EverywhereAddressing), SequenceTrainingPass.Obstacle(machine)!, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        machine.forward(zeros(2, 1, 3)).Logits.sum().backward();
    }

    [Fact]
    public void Built_in_parts_that_were_passed_in_are_supported()
    {
        var parts = new NtmParts
        {
            Controller = new LstmController(Options.InputSize + Options.MemoryWidth, Options.ControllerSize, layers: 2),
            ReadAddressing = new ContentAddressing(Options.MemoryWidth),
            WriteAddressing = new ContentAndLocationAddressing(Options.MemoryWidth, 2),
        };
        using var machine = new NeuralTuringMachine(Options, parts, seed: 1);
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        using var scope = NewDisposeScope();
        var inputs = randn(4, 3, 3);
        var fast = machine.forward(inputs).Logits;
        machine.Engine = EngineKind.Reference;
        Assert.True((fast - machine.forward(inputs).Logits).abs().max().ToDouble() < 1e-5);
    }

    [Fact]
    public void Threads_cannot_be_negative()
    {
        using var machine = new NeuralTuringMachine(Options);
        Assert.Throws<ArgumentOutOfRangeException>(() => machine.Threads = -1);
        machine.Threads = 3;
        Assert.Equal(3, machine.Cell.Threads);
    }

    private sealed class EverywhereAddressing() : AddressingMechanism(nameof(EverywhereAddressing), 1)
    {
        public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory) => ones_like(previous) / previous.size(-1);
    }
}
