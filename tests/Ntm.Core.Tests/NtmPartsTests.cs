using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>Custom components in a user's project. I = 3, O = 2, H = 6, N = 5, M = 4, one head of each kind.</summary>
public class NtmPartsTests
{
    /// <summary>The parts by name, each with the controller's input 3 + 1 * 4 wide.</summary>
    private static readonly Dictionary<string, Func<NtmParts>> Own = new()
    {
        ["controller"] = () => new NtmParts { Controller = new ElmanController(7, 6) },
        ["addressing"] = () => new NtmParts { ReadAddressing = new DirectAddressing(5), WriteAddressing = new DirectAddressing(5) },
        ["memory"] = () => new NtmParts { Memory = new StripedMemory(5, 4) },
        ["read heads"] = () => new NtmParts { ReadHeads = new FixedReadHeads(1, 5, 4) },
        ["write heads"] = () => new NtmParts { WriteHeads = new AddingWriteHeads(1, 6, 5, 4) },
        ["everything"] = () => new NtmParts
        {
            Controller = new ElmanController(7, 6),
            Memory = new StripedMemory(5, 4),
            ReadHeads = new FixedReadHeads(1, 5, 4),
            WriteHeads = new AddingWriteHeads(1, 6, 5, 4),
        },
    };

    public static TheoryData<string> Names => [.. Own.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Own_parts_train_together_with_built_in_ones(string own)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(parts: Own[own](), dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 8, float32);
        var targets = (Numbers.Uniform(4, [4, 8, 2]) > 0).to(float32);
        var before = machine.named_parameters().ToDictionary(p => p.name, p => Numbers.Values(p.parameter));
        using var optimizer = optim.Adam(machine.parameters(), 0.02);
        var losses = new List<double>();
        for (var i = 0; i < 60; i++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            var loss = nn.functional.binary_cross_entropy_with_logits(machine.Logits(inputs), targets);
            loss.backward();
            optimizer.step();
            losses.Add(Numbers.Scalar(loss));
        }

        // Learning 64 bits by heart: it falls from ln 2 to less than half of it within these steps with every part.
        Assert.True(losses[^1] < 0.7 * losses[0], $"the loss went from {losses[0]} to {losses[^1]}");
        Assert.All(machine.named_parameters(), p => Assert.False(before[p.name].SequenceEqual(Numbers.Values(p.parameter)), $"{p.name} was not trained"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Own_parts_work_after_a_change_of_element_type_and_back(string own)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(parts: Own[own](), dtype: float32);
        CheckConversion(machine);
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Built_in_parts_work_after_a_change_of_element_type_and_back(string configuration)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(Machines.Configurations[configuration], dtype: float32);
        CheckConversion(machine);
    }

    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    private static void CheckConversion(NeuralTuringMachine machine)
    {
        var inputs = Machines.Inputs(machine.Options, 3, steps: 4, batch: 2);
        var narrow = machine.Logits(inputs.to(float32));
        machine.to(float64);
        Assert.All(machine.state_dict(), p => Assert.Equal(float64, p.Value.dtype));
        var (wide, state) = machine.forward(inputs);
        Assert.Equal(float64, wide.dtype);
        Assert.All(AssertClose.Parts(state), p => Assert.Equal(float64, p.Tensor.dtype));
        // float32 rounds at 6e-8; a few dozen operations in a row.
        AssertClose.Equal(wide, narrow.to(float64), 1e-5);
        wide.sum().backward();
        Assert.All(machine.named_parameters().Where(p => p.parameter.grad is not null), p => Assert.Equal(float64, p.parameter.grad!.dtype));
        machine.to(float32);
        AssertClose.SameBits(narrow, machine.Logits(inputs.to(float32)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_of_own_parts_survives_the_disposal_of_the_state_before(string own)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(parts: Own[own](), dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 2, batch: 2, float32);
        var expected = machine.Logits(cat([inputs, inputs, inputs]));
        var state = machine.InitialState(2);
        for (var i = 0; i < 3; i++)
        {
            var (logits, next) = machine.forward(inputs, state);
            state.Dispose();
            state = next;
            AssertClose.SameBits(expected.narrow(0, 2 * i, 2), logits);
        }

        var (_, last) = machine.Cell.forward(inputs[0], state);
        state.Dispose();
        Assert.All(AssertClose.Parts(last), p => Assert.False(p.Tensor.IsInvalid, p.Name));
    }

    [Fact]
    public void Parts_of_the_wrong_size_are_refused_by_name_size_and_expected_size()
    {
        using var scope = NewDisposeScope();
        Refused("NtmParts.Controller.InputSize is 8; expected 7 (InputSize + ReadHeads * MemoryWidth).", new NtmParts { Controller = new ElmanController(8, 6) });
        Refused("NtmParts.Controller.OutputSize is 5; expected 6 (ControllerSize).", new NtmParts { Controller = new ElmanController(7, 5) });
        Refused("NtmParts.Memory.Locations is 6; expected 5 (MemoryLocations).", new NtmParts { Memory = new StripedMemory(6, 4) });
        Refused("NtmParts.Memory.Width is 3; expected 4 (MemoryWidth).", new NtmParts { Memory = new StripedMemory(5, 3) });
        Refused("NtmParts.ReadHeads.Count is 2; expected 1 (ReadHeads).", new NtmParts { ReadHeads = new FixedReadHeads(2, 5, 4) });
        Refused("NtmParts.WriteHeads.Count is 3; expected 1 (WriteHeads).", new NtmParts { WriteHeads = new AddingWriteHeads(3, 6, 5, 4) });
    }

    [Fact]
    public void Built_in_addressing_of_another_memory_width_is_refused()
    {
        using var scope = NewDisposeScope();
        Refused("NtmParts.ReadAddressing.ParameterCount is 4; expected 5 (MemoryWidth + 1).", new NtmParts { ReadAddressing = new ContentAddressing(3) });
        Refused("NtmParts.WriteAddressing.ParameterCount is 11; expected 10 (MemoryWidth + 2 * ShiftRange + 4).",
            new NtmParts { WriteAddressing = new ContentAndLocationAddressing(5, 1) });
    }

    [Fact]
    public void One_addressing_object_for_both_kinds_of_heads_is_refused()
    {
        using var scope = NewDisposeScope();
        var shared = new DirectAddressing(5);
        Refused("WriteAddressing and ReadAddressing are the same object; expected one for each, since each owns its parameters.",
            new NtmParts { ReadAddressing = shared, WriteAddressing = shared });
    }

    [Fact]
    public void Sizes_of_built_in_parts_are_checked_where_they_are_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>("inputSize", () => new LstmController(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("size", () => new LstmController(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("layers", () => new LstmController(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("inputSize", () => new FeedforwardController(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("size", () => new FeedforwardController(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("layers", () => new FeedforwardController(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("memoryWidth", () => new ContentAddressing(0));
        Assert.Throws<ArgumentOutOfRangeException>("memoryWidth", () => new ContentAndLocationAddressing(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("shiftRange", () => new ContentAndLocationAddressing(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("locations", () => new ConstantMemory(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new LearnedMemory(1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>("locations", () => new RandomMemory(-1, 1, 1));
    }

    private static void Refused(string message, NtmParts parts)
    {
        var exception = Assert.Throws<ArgumentException>(nameof(parts), () => new NeuralTuringMachine(Machines.Options(), parts, seed: 1));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }
}
