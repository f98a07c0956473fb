using System.Collections.Immutable;
using Ntm.Core.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

public class NtmStateTests
{
    [Fact]
    public void A_sequence_in_two_calls_with_the_state_passed_on_equals_one_call()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 3), dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 7, batch: 2, float32);
        var (whole, end) = machine.forward(inputs);
        var (first, middle) = machine.forward(inputs.narrow(0, 0, 3));
        var (second, last) = machine.forward(inputs.narrow(0, 3, 4), middle);
        AssertClose.SameBits(whole, cat([first, second]), "logits");
        AssertClose.SameBits(end, last);
    }

    [Fact]
    public void Interleaved_sequences_do_not_interfere()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: float32);
        var left = Machines.Inputs(machine.Options, 3, steps: 6, batch: 1, float32);
        var right = Machines.Inputs(machine.Options, 4, steps: 6, batch: 1, float32);
        var (leftState, rightState) = (machine.InitialState(1), machine.InitialState(1));
        var (leftLogits, rightLogits) = (new List<Tensor>(), new List<Tensor>());
        for (var t = 0; t < 6; t++)
        {
            (var logits, leftState) = machine.Cell.forward(left[t], leftState);
            leftLogits.Add(logits);
            (logits, rightState) = machine.Cell.forward(right[t], rightState);
            rightLogits.Add(logits);
        }

        AssertClose.SameBits(machine.Logits(left), stack(leftLogits), "left");
        AssertClose.SameBits(machine.Logits(right), stack(rightLogits), "right");
    }

    [Theory]
    [InlineData(ControllerKind.Lstm)]
    [InlineData(ControllerKind.Feedforward)]
    public void Forward_leaves_input_and_state_as_they_were(ControllerKind controller)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => o.Controller = controller);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 3, batch: 2);
        var state = Machines.RandomState(machine.Options, 5, batch: 2);
        var (inputsBefore, stateBefore) = (inputs.clone(), state.Select(t => t.clone()));
        machine.forward(inputs, state);
        machine.Cell.forward(inputs[0], state);
        machine.Trace(inputs, state).Dispose();
        AssertClose.SameBits(inputsBefore, inputs, "inputs");
        AssertClose.SameBits(stateBefore, state);
    }

    [Fact]
    public void The_new_state_outlives_the_old_one()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create();
        var inputs = Machines.Inputs(machine.Options, 3, steps: 2, batch: 1);
        var old = machine.InitialState(1);
        var (_, state) = machine.forward(inputs, old);
        old.Dispose();
        AssertClose.Finite(machine.forward(inputs, state).Logits, "logits");
    }

    [Fact]
    public void The_initial_state_has_the_documented_shapes_and_values()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads, o.ControllerLayers) = (2, 3, 2));
        var state = machine.InitialState(4);
        Assert.Equal(4, state.BatchSize);
        Assert.Equal(4, state.Controller.Length);
        Assert.All(state.Controller, t => Assert.Equal([4, 6], t.shape));
        Assert.Equal([4, 5, 4], state.Memory.shape);
        Assert.Equal([4, 2, 4], state.Reads.shape);
        Assert.Equal([4, 2, 5], state.ReadWeightings.shape);
        Assert.Equal([4, 3, 5], state.WriteWeightings.shape);
        // 1e-6 in float32 before the model was moved to float64.
        AssertClose.Equal([.. Enumerable.Repeat(1e-6, 80)], state.Memory.mul(1), 1e-12);
        AssertClose.Equal([.. Enumerable.Repeat(1.0, 8)], state.ReadWeightings.sum(-1), 1e-12);
        AssertClose.Equal([.. Enumerable.Repeat(1.0, 12)], state.WriteWeightings.sum(-1), 1e-12);
    }

    [Theory]
    [InlineData(InitialWeightingKind.Zeros, 0.0)]
    [InlineData(InitialWeightingKind.Uniform, 0.2)]
    public void Fixed_initial_weightings_and_reads_are_what_their_names_say(InitialWeightingKind kind, double expected)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.InitialWeightings, o.InitialReads) = (kind, InitialReadKind.Zeros), dtype: float32);
        var state = machine.InitialState(2);
        Assert.Equal([2, 1, 5], state.ReadWeightings.shape);
        AssertClose.Equal([.. Enumerable.Repeat(expected, 10)], state.ReadWeightings, 1e-7);
        AssertClose.Equal([.. Enumerable.Repeat(expected, 10)], state.WriteWeightings, 1e-7);
        AssertClose.Equal(new double[8], state.Reads, 0);
    }

    /// <summary>e^3 / (e^3 + 1) is 0.9526, whatever the number of locations.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(300)]
    public void Focused_weightings_begin_at_the_first_location_and_are_trained(int locations)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.InitialWeightings, o.MemoryLocations, o.ShiftRange) = (InitialWeightingKind.Focused, locations, 0), dtype: float32);
        var state = machine.InitialState(2);
        foreach (var weightings in (Tensor[])[state.ReadWeightings, state.WriteWeightings])
        {
            Assert.True(weightings.requires_grad);
            Assert.All(Numbers.Values(weightings.narrow(2, 0, 1)), w => Assert.Equal(0.9526, w, 1e-4));
            Assert.All(Numbers.Values(weightings.narrow(2, 1, locations - 1)), w => Assert.Equal(0.0474 / (locations - 1), w, 1e-4));
        }
    }

    [Theory]
    [InlineData(MemoryKind.Learned, true)]
    [InlineData(MemoryKind.Random, false)]
    public void Drawn_memories_lie_within_their_spread_and_only_the_learned_one_is_trained(MemoryKind kind, bool trained)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.Memory, o.MemoryValue) = (kind, 0.125));
        var memory = machine.InitialState(2).Memory;
        var values = Numbers.Values(memory[0]);
        Assert.Equal(trained, memory.requires_grad);
        Assert.All(values, v => Assert.InRange(v, -0.125, 0.125));
        Assert.True(values.Distinct().Count() > 15, "the values are drawn, not constant");
        AssertClose.SameBits(memory[0], memory[1], "the two sequences' memories");
    }

    [Fact]
    public void The_constant_of_the_memory_can_be_chosen()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => o.MemoryValue = -0.5);
        AssertClose.Equal([.. Enumerable.Repeat(-0.5, 20)], machine.InitialState(1).Memory, 0);
    }

    [Fact]
    public void Select_maps_every_tensor()
    {
        using var scope = NewDisposeScope();
        var state = Machines.RandomState(Machines.Options(), 5, batch: 2);
        var doubled = state.Select(t => t * 2);
        foreach (var ((name, before), (_, after)) in AssertClose.Parts(state).Zip(AssertClose.Parts(doubled)))
            AssertClose.Equal(before * 2, after, 0, name);
    }

    [Fact]
    public void A_state_of_null_or_default_parts_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        var t = zeros(1, 1, 1);
        Assert.Throws<ArgumentException>("controller", () => new NtmState(default, t, t, t, t));
        Assert.Throws<ArgumentNullException>("memory", () => new NtmState([], null!, t, t, t));
        Assert.Throws<ArgumentNullException>("reads", () => new NtmState([], t, null!, t, t));
        Assert.Throws<ArgumentNullException>("readWeightings", () => new NtmState([], t, t, null!, t));
        Assert.Throws<ArgumentNullException>("writeWeightings", () => new NtmState(ImmutableArray<Tensor>.Empty, t, t, t, null!));
        Assert.Throws<ArgumentNullException>("function", () => new NtmState([], t, t, t, t).Select(null!));
    }
}
