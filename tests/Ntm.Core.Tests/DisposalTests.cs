using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>Counts live tensors by TorchSharp's own counter, which is kept per thread and independent of the garbage collector.</summary>
public class DisposalTests
{
    private const int Iterations = 1000;

    [Fact]
    public void No_tensor_is_left_after_1000_iterations_without_a_dispose_scope()
    {
        using var machine = Tiny();
        using var inputs = Machines.Inputs(machine.Options, 3, steps: 1, batch: 1, float32);
        Iterate(machine, inputs);
        var before = Live();
        for (var i = 0; i < Iterations; i++)
            Iterate(machine, inputs);
        Assert.Equal(before, Live());
    }

    [Fact]
    public void No_tensor_is_left_after_1000_iterations_in_dispose_scopes()
    {
        using var outer = NewDisposeScope();
        using var machine = Tiny();
        using var inputs = Machines.Inputs(machine.Options, 3, steps: 1, batch: 1, float32);
        Iterate(machine, inputs);
        var (before, owned) = (Live(), outer.DisposablesCount);
        for (var i = 0; i < Iterations; i++)
        {
            using var scope = NewDisposeScope();
            Iterate(machine, inputs);
        }

        Assert.Equal(before, Live());
        Assert.Equal(owned, outer.DisposablesCount);
    }

    [Fact]
    public void Forward_gives_logits_and_state_to_the_callers_scope_and_nothing_else()
    {
        using var machine = Tiny();
        using var inputs = Machines.Inputs(machine.Options, 3, steps: 3, batch: 1, float32);
        using var scope = NewDisposeScope();
        // Logits, h and c, memory, reads and two weightings.
        machine.forward(inputs);
        Assert.Equal(7, scope.DisposablesCount);
        machine.Trace(inputs);
        Assert.Equal(7 + 6, scope.DisposablesCount);
        machine.Logits(inputs);
        Assert.Equal(7 + 6 + 1, scope.DisposablesCount);
    }

    [Fact]
    public void Refused_arguments_leave_no_tensor()
    {
        using var machine = Tiny();
        using var inputs = Machines.Inputs(machine.Options, 3, steps: 3, batch: 1, float32);
        using var state = machine.InitialState(2);
        var before = Live();
        Assert.Throws<ArgumentException>(() => machine.forward(inputs, state));
        Assert.Equal(before, Live());
    }

    [Fact]
    public void A_disposed_machine_leaves_no_tensor()
    {
        var before = Live();
        foreach (var configuration in Machines.Configurations.Values)
            Machines.Create(configuration, dtype: float32).Dispose();
        Assert.Equal(before, Live());
    }

    [Theory]
    [InlineData(MemoryKind.Constant)]
    [InlineData(MemoryKind.Learned)]
    [InlineData(MemoryKind.Random)]
    public void A_machine_made_inside_a_dispose_scope_outlives_it_as_torchs_own_modules_do(MemoryKind memory)
    {
        NeuralTuringMachine machine;
        TorchSharp.Modules.Linear linear;
        using (var scope = NewDisposeScope())
        {
            machine = new NeuralTuringMachine(
                Machines.Options(o => (o.Memory, o.InitialReads, o.InitialWeightings) = (memory, InitialReadKind.Zeros, InitialWeightingKind.Uniform)));
            linear = nn.Linear(2, 3);
            Assert.Equal(0, scope.DisposablesCount);
        }

        using (machine)
        using (linear)
        using (NewDisposeScope())
        {
            AssertClose.Finite(machine.Logits(Machines.Inputs(machine.Options, 3, steps: 2, batch: 1, float32)), "logits");
            Assert.False(linear.weight.IsInvalid);
        }
    }

    [Fact]
    public void A_disposed_machine_says_so()
    {
        var machine = Tiny();
        machine.Dispose();
        using var inputs = Machines.Inputs(Machines.Options(o => o.InputSize = 2), 3, steps: 2, batch: 1, float32);
        Assert.Contains("model", Assert.Throws<ObjectDisposedException>(() => machine.forward(inputs)).Message, StringComparison.Ordinal);
    }

    private static NeuralTuringMachine Tiny() => Machines.Create(
        o => (o.InputSize, o.OutputSize, o.ControllerSize, o.MemoryLocations, o.MemoryWidth) = (2, 1, 2, 3, 2), dtype: float32);

    private static void Iterate(NeuralTuringMachine machine, Tensor inputs)
    {
        var (logits, state) = machine.forward(inputs);
        using (var loss = logits.sum())
            loss.backward();
        logits.Dispose();
        state.Dispose();
        machine.zero_grad();
    }

    private static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
