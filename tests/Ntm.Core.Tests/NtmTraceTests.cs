using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

public class NtmTraceTests
{
    [Fact]
    public void A_trace_has_the_documented_shapes()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 3));
        using var trace = machine.Trace(Machines.Inputs(machine.Options, 3, steps: 7, batch: 6));
        Assert.Equal([7, 6, 2], trace.Logits.shape);
        Assert.Equal([7, 6, 2, 4], trace.Reads.shape);
        Assert.Equal([7, 6, 3, 4], trace.Erases.shape);
        Assert.Equal([7, 6, 3, 4], trace.Adds.shape);
        Assert.Equal([7, 6, 2, 5], trace.ReadWeightings.shape);
        Assert.Equal([7, 6, 3, 5], trace.WriteWeightings.shape);
    }

    [Fact]
    public void A_trace_shows_what_forward_computes()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 3), dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 5, batch: 2, float32);
        var start = Machines.RandomState(machine.Options, 5, batch: 2, float32);
        using var trace = machine.Trace(inputs, start);
        AssertClose.SameBits(machine.forward(inputs, start).Logits, trace.Logits, "logits");
        var state = start;
        for (var t = 0; t < 5; t++)
        {
            (_, state) = machine.forward(inputs.narrow(0, t, 1), state);
            AssertClose.SameBits(state.Reads, trace.Reads[t], "reads");
            AssertClose.SameBits(state.ReadWeightings, trace.ReadWeightings[t], "read weightings");
            AssertClose.SameBits(state.WriteWeightings, trace.WriteWeightings[t], "write weightings");
        }
    }

    [Fact]
    public void Without_a_state_a_trace_starts_from_the_initial_one()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 5, batch: 2, float32);
        AssertClose.SameBits(machine.Logits(inputs), machine.Trace(inputs).Logits);
    }

    [Fact]
    public void Weightings_sum_to_1_and_erase_and_add_vectors_lie_in_their_ranges()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 3));
        using var trace = machine.Trace(Machines.Inputs(machine.Options, 3, steps: 20, batch: 3));
        foreach (var weightings in new[] { trace.ReadWeightings, trace.WriteWeightings })
        {
            Assert.All(Numbers.Values(weightings), w => Assert.InRange(w, 0, 1));
            Assert.All(Numbers.Values(weightings.sum(-1)), s => Assert.InRange(s, 1 - 1e-12, 1 + 1e-12));
        }

        Assert.All(Numbers.Values(trace.Erases), e => Assert.InRange(e, 0, 1));
        Assert.All(Numbers.Values(trace.Adds), a => Assert.InRange(a, -1, 1));
    }

    [Fact]
    public void A_trace_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create();
        var start = Machines.RandomState(machine.Options, 5, batch: 2);
        start.Memory.requires_grad_();
        using var trace = machine.Trace(Machines.Inputs(machine.Options, 3, steps: 3, batch: 2), start);
        Tensor[] tensors = [trace.Logits, trace.Reads, trace.Erases, trace.Adds, trace.ReadWeightings, trace.WriteWeightings];
        Assert.All(tensors, t => Assert.False(t.requires_grad));
        // And leaves gradients on for what follows.
        Assert.True(machine.Logits(Machines.Inputs(machine.Options, 3, steps: 3, batch: 2)).requires_grad);
    }

    [Theory]
    [InlineData(ReadOrder.BeforeWrite, 1, 1)]
    [InlineData(ReadOrder.AfterWrite, 2, 3)]
    public void Both_engines_show_the_same(ReadOrder order, int reads, int writes)
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads, o.ReadOrder) = (reads, writes, order), dtype: float32);
        var inputs = Machines.Inputs(machine.Options, 3, steps: 9, batch: 6, float32);
        var start = Machines.RandomState(machine.Options, 5, batch: 6, float32);
        machine.Engine = EngineKind.Cpu;
        Assert.Equal(EngineKind.Cpu, machine.EngineChoice.Engine);
        var fast = Tensors(machine.Trace(inputs, start));
        machine.Engine = EngineKind.Reference;
        var exact = Tensors(machine.Trace(inputs, start));
        foreach (var (actual, expected) in fast.Zip(exact))
        {
            Assert.Equal(expected.shape, actual.shape);
            Assert.True((actual - expected).abs().max().ToDouble() < 2e-5);
        }

        static Tensor[] Tensors(NtmTrace trace) =>
            [trace.Logits, trace.Reads, trace.Erases, trace.Adds, trace.ReadWeightings, trace.WriteWeightings];
    }
}
