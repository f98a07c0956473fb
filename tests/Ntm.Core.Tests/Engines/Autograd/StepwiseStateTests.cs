using static Ntm.Core.Tests.Engines.Autograd.CellLoop;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>
/// States of the cell step by step, whose tensors the CPU engine fills when they are read. Whenever that is, values and gradients are those of the reference
/// engine, which fills them at once.
/// </summary>
public class StepwiseStateTests
{
    public enum Moment
    {
        BeforeTheNextStep,
        AfterTheNextStep,
        AfterTheLastStep,
        AfterTheBackwardPass,
        AfterTheNextGraph,
    }

    private delegate double[] Computation(NtmCell cell, Tensor inputs);

    public static TheoryData<Moment> Times => [.. Enum.GetValues<Moment>()];

    [Theory]
    [MemberData(nameof(Times))]
    public void Values_do_not_depend_on_when_they_are_read(Moment moment) => Same((cell, inputs) =>
    {
        var (states, values, total) = (new List<NtmState> { cell.InitialState(Batch) }, new List<double>(), new List<Tensor>());
        foreach (var input in inputs.unbind(0))
        {
            var (logits, next) = cell.forward(input, states[^1]);
            total.Add(logits);
            states.Add(next);
            if (moment == Moment.BeforeTheNextStep)
                Read(next);
            else if (moment == Moment.AfterTheNextStep && states.Count > 2)
                Read(states[^2]);
        }

        if (moment == Moment.AfterTheLastStep)
            states.ForEach(Read);
        Sum(total).backward();
        if (moment == Moment.AfterTheNextGraph)
        {
            // Whatever is given back at the beginning of a graph is used again by its steps.
            for (var i = 0; i < 3; i++)
                Sum(Loop(cell, inputs * (i + 2), cell.InitialState(Batch)).Logits).backward();
        }

        values.Clear();
        states.ForEach(Read);
        return [.. values, .. Gradients(cell)];

        void Read(NtmState state) => values.AddRange(state.Tensors().SelectMany(Numbers));
    });

    /// <summary>The states before the passes, and their gradients, read in all combinations: some pass through torch, the others stay in the chain.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(31)]
    public void Gradients_do_not_depend_on_which_states_are_read(int read) => Same((cell, inputs) =>
    {
        var (state, logits) = (cell.InitialState(Batch), new List<Tensor>());
        for (var step = 0; step < Steps; step++)
        {
            var (once, left) = cell.forward(inputs[step], state);
            var (twice, _) = cell.forward(inputs[step].neg(), state);
            logits.AddRange([once, twice]);
            if ((read >> step & 1) == 1)
                logits.Add(left.Memory.sum([1, 2]).unsqueeze(1).expand(Batch, 2));
            state = left;
        }

        Sum(logits).backward();
        return Gradients(cell);
    });

    [Fact]
    public void Gradients_with_respect_to_states_read_late() => Same((cell, inputs) =>
    {
        var (states, logits) = (new List<NtmState> { cell.InitialState(Batch) }, new List<Tensor>());
        foreach (var input in inputs.unbind(0))
        {
            var (step, next) = cell.forward(input, states[^1]);
            logits.Add(step);
            states.Add(next);
        }

        // The first pass leaves the gradients in the chain, the second hands them to torch.
        var loss = Sum(logits);
        loss.backward(retain_graph: true);
        Tensor[] wanted = [states[2].Memory, states[2].Controller[0], states[3].Reads, states[3].WriteWeightings];
        return [.. Gradients(cell), .. autograd.grad([loss], wanted, retain_graph: true).SelectMany(Numbers)];
    });

    /// <summary>A pass that reaches some steps only leaves a gradient for the step before them, which no later pass may add.</summary>
    [Fact]
    public void Gradients_of_a_pass_over_some_steps_are_dropped() => Same((cell, inputs) =>
    {
        var middle = cell.InitialState(Batch);
        (_, middle) = Loop(cell, inputs, middle);
        var last = inputs[0].detach().requires_grad_(true);
        var (logits, _) = cell.forward(last, middle);
        var loss = logits.pow(2).sum();
        var some = autograd.grad([loss], [last], retain_graph: true)[0];
        autograd.grad([loss * 3], [last], retain_graph: true);
        loss.backward();
        return [.. Numbers(some), .. Gradients(cell)];
    });

    /// <summary>The next pass goes through the earlier steps alone: nobody leaves anything for them in it.</summary>
    [Fact]
    public void Gradients_of_a_pass_over_later_steps_do_not_reach_the_next_pass() => Same((cell, inputs) =>
    {
        var (earlier, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var last = inputs[0].detach().requires_grad_(true);
        var (logits, _) = cell.forward(last, middle);
        var some = autograd.grad([logits.pow(2).sum()], [last], retain_graph: true)[0];
        Sum(earlier).backward();
        return [.. Numbers(some), .. Gradients(cell)];
    });

    [Fact]
    public void States_read_late_retain_the_whole_gradient() => Same((cell, inputs) =>
    {
        var (logits, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (more, _) = Loop(cell, inputs, middle);
        middle.Memory.retain_grad();
        (Sum(logits) + Sum(more)).backward();
        return [.. Numbers(middle.Memory.grad!), .. Gradients(cell)];
    });

    [Fact]
    public void Differentiable_gradients_after_others() => Same((cell, inputs) =>
    {
        inputs.requires_grad_(true);
        var (logits, _) = Loop(cell, inputs, cell.InitialState(Batch));
        var loss = Sum(logits);
        loss.backward(retain_graph: true);
        var penalty = autograd.grad([loss], [inputs], retain_graph: true, create_graph: true)[0].pow(2).sum();
        penalty.backward();
        return Gradients(cell);
    });

    /// <summary>A state that has never been read can be disposed, moved and continued from like any other.</summary>
    [Fact]
    public void Unread_states_are_disposed_with_their_scope()
    {
        using var scope = NewDisposeScope();
        using var cell = Cell(EngineKind.Cpu, ScalarType.Float32, SmallOptions());
        var inputs = Inputs(ScalarType.Float32, Batch);
        NtmState inner, outer;
        using (NewDisposeScope())
        {
            (_, inner) = Loop(cell, inputs, cell.InitialState(Batch));
            (_, outer) = Loop(cell, inputs, inner);
            outer.MoveToOuterDisposeScope();
        }

        Assert.True(inner.Memory.IsInvalid);
        Assert.ThrowsAny<Exception>(() => cell.forward(inputs[0], inner));
        Assert.False(outer.Memory.IsInvalid);
        Assert.All(Numbers(outer.Memory), value => Assert.True(double.IsFinite(value)));
        cell.forward(inputs[0], outer);
        outer.Dispose();
        Assert.All(outer.Tensors(), tensor => Assert.True(tensor.IsInvalid));
    }

    private static void Same(Computation compute)
    {
        var (exact, computed) = (Run(EngineKind.Reference, ScalarType.Float64), Run(EngineKind.Cpu, ScalarType.Float32));
        Assert.Equal(exact.Length, computed.Length);
        var largest = exact.Max(Math.Abs);
        Assert.True(largest > 1e-3);
        for (var i = 0; i < exact.Length; i++)
            Assert.True(Math.Abs(exact[i] - computed[i]) <= 1e-5 * largest, $"number {i} of {exact.Length} is {computed[i]}; expected {exact[i]}");

        double[] Run(EngineKind engine, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var cell = Cell(engine, type, SmallOptions());
            return compute(cell, Inputs(type, Batch));
        }
    }
}
