using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

public class CloneTests
{
    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void A_clone_has_equal_weights_and_is_independent(string configuration)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(Machines.Configurations[configuration], dtype: float64);
        machine.Engine = EngineKind.Reference;
        machine.Threads = 3;
        machine.eval();
        machine.Cell.Output.Weight.requires_grad_(false);
        using var clone = machine.Clone();
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2, float64);
        AssertClose.SameBits(machine.Logits(inputs), clone.Logits(inputs), "logits");
        Assert.Equal((machine.Engine, machine.Threads, machine.training), (clone.Engine, clone.Threads, clone.training));
        Assert.False(clone.Cell.Output.Weight.requires_grad);
        Assert.True(clone.Cell.Output.Bias.requires_grad);
        var before = machine.Logits(inputs);
        using (no_grad())
            foreach (var parameter in clone.parameters())
                parameter.add_(1);
        AssertClose.SameBits(before, machine.Logits(inputs), "logits");
    }

    [Fact]
    public void A_given_addressing_is_cloned()
    {
        using var scope = NewDisposeScope();
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, MemoryLocations = 8, MemoryWidth = 4 };
        using var machine = new NeuralTuringMachine(options, new NtmParts { ReadAddressing = new ContentAddressing(4) }, seed: 1);
        using var clone = machine.Clone();
        var inputs = rand(4, 2, 3);
        AssertClose.SameBits(machine.Logits(inputs), clone.Logits(inputs), "logits");
    }

    [Fact]
    public void A_machine_with_custom_parts_is_refused()
    {
        var options = new NtmOptions { InputSize = 3, OutputSize = 2, MemoryLocations = 8, MemoryWidth = 4 };
        using var machine = new NeuralTuringMachine(options, new NtmParts { ReadAddressing = new Uniform() }, seed: 1);
        var message = Assert.Throws<NotSupportedException>(machine.Clone).Message;
        Assert.Contains("cannot be cloned: the addressing Uniform is not a built-in one", message, StringComparison.Ordinal);
    }

    private sealed class Uniform() : AddressingMechanism(nameof(Uniform), parameterCount: 1)
    {
        public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory) => previous.mul(0).add(1.0 / 8);
    }
}
