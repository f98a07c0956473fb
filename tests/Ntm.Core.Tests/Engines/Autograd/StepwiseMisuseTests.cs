using System.Runtime.InteropServices;
using TorchSharp;
using static Ntm.Core.Tests.Engines.Autograd.AutogradErrors;
using static Ntm.Core.Tests.Engines.Autograd.CellLoop;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>The cell step by step: what torch refuses is refused in torch's words, and a step never uses values that have changed.</summary>
public class StepwiseMisuseTests
{
    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu];

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_second_backward_pass(EngineKind engine) => Refused(engine, SecondTime, (cell, inputs) =>
    {
        var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
        loss.backward();
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_forgotten_Detach(EngineKind engine) => Refused(engine, SecondTime, (cell, inputs) =>
    {
        var (logits, state) = Loop(cell, inputs, cell.InitialState(Batch));
        Sum(logits).backward();
        Sum(Loop(cell, inputs, state).Logits).backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void An_optimizer_step_before_the_backward_pass(EngineKind engine) => Refused(engine, InPlace, (cell, inputs) =>
    {
        using var optimizer = optim.SGD(cell.parameters(), 0.1);
        Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits).backward();
        var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
        optimizer.step();
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void An_optimizer_step_between_two_steps(EngineKind engine) => Refused(engine, InPlace, (cell, inputs) =>
    {
        using var optimizer = optim.SGD(cell.parameters(), 0.1);
        Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits).backward();
        var (first, state) = Loop(cell, inputs, cell.InitialState(Batch));
        optimizer.step();
        (Sum(first) + Sum(Loop(cell, inputs, state).Logits)).backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_frozen_parameter_changed_before_the_backward_pass(EngineKind engine) => Refused(engine, InPlace, (cell, inputs) =>
    {
        Freeze(cell);
        inputs.requires_grad_(true);
        var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
        cell.Output.Weight.add_(1);
        loss.backward();
    });

    /// <summary>The reference engine's states are views, which torch refuses to change, in other words.</summary>
    [Fact]
    public void A_state_changed_in_place_after_the_step_that_reads_it() => Refused(EngineKind.Cpu, InPlace, (cell, inputs) =>
    {
        var (_, state) = cell.forward(inputs[0], cell.InitialState(Batch));
        var (logits, _) = cell.forward(inputs[1], state);
        using (no_grad())
            state.Memory.add_(1);
        logits.pow(2).sum().backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_state_changed_in_place_before_the_step_that_reads_it(EngineKind engine)
    {
        var exact = Run(EngineKind.Reference, ScalarType.Float64);
        var computed = Run(engine, ScalarType.Float32);
        Assert.All(exact.Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-4));

        static double[] Run(EngineKind kind, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var cell = Cell(kind, type, SmallOptions());
            var inputs = Inputs(type, Batch);
            var (_, state) = cell.forward(inputs[0], cell.InitialState(Batch));
            state.Memory.add_(0.5);
            return Numbers(cell.forward(inputs[1], state).Logits);
        }
    }

    /// <summary>In every way that a parameter can change, the next step uses the new value.</summary>
    [Theory]
    [InlineData("optimizer")]
    [InlineData("load_state_dict")]
    [InlineData("span")]
    [InlineData("replaced")]
    public void Changed_parameters_are_noticed(string way)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var cell = new NtmCell(SmallOptions(), seed: 1);
        using var other = new NtmCell(SmallOptions(), seed: 2);
        var inputs = Inputs(ScalarType.Float32, Batch);
        var (_, state) = Loop(cell, inputs, cell.InitialState(Batch));
        switch (way)
        {
            case "optimizer":
                cell.Output.Weight.mul_(2);
                break;
            case "load_state_dict":
                cell.load_state_dict(other.state_dict());
                break;
            case "span":
                foreach (var parameter in cell.parameters())
                    MemoryMarshal.Cast<byte, float>(parameter.bytes).Fill(0.01f);
                break;
            default:
                cell.to(ScalarType.Float64);
                cell.to(ScalarType.Float32);
                cell.Output.Weight.mul_(2);
                break;
        }

        var computed = Numbers(cell.forward(inputs[0], state).Logits);
        cell.Engine = EngineKind.Reference;
        Assert.All(Numbers(cell.forward(inputs[0], state).Logits).Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    [Fact]
    public void States_that_a_step_has_made_not_finite_are_refused()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var cell = new NtmCell(SmallOptions(), seed: 1);
        var inputs = Inputs(ScalarType.Float32, Batch);
        var (_, state) = cell.forward(inputs[0], cell.InitialState(Batch));
        state.Memory.fill_(float.NaN);
        Assert.Contains("state.Memory is NaN", Assert.Throws<ArgumentException>(() => cell.forward(inputs[1], state)).Message, StringComparison.Ordinal);
        var (_, other) = cell.forward(inputs[0], cell.InitialState(Batch));
        Assert.Throws<ArgumentException>(() => cell.forward(inputs[1].narrow(0, 0, 2), other));
        other.Reads.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cell.forward(inputs[1], other));
    }

    [Fact]
    public void In_inference_mode()
    {
        using var scope = NewDisposeScope();
        using var cell = new NtmCell(SmallOptions(), seed: 1);
        var inputs = Inputs(ScalarType.Float32, Batch);
        double[] expected;
        using (no_grad())
            expected = Numbers(Loop(cell, inputs, cell.InitialState(Batch)).Logits[^1]);
        NtmState state;
        using (inference_mode())
        {
            (var logits, state) = Loop(cell, inputs, cell.InitialState(Batch));
            Assert.Equal(expected, Numbers(logits[^1]));
        }

        using (no_grad())
            cell.forward(inputs[0], state);
    }

    [Fact]
    public void After_the_model_is_disposed_or_moved()
    {
        using var scope = NewDisposeScope();
        var expected = Run(_ => { });
        Assert.Equal(expected, Run(cell => cell.Dispose()));
        Assert.Equal(expected, Run(cell => cell.to(ScalarType.Float64)));

        double[] Run(Action<NtmCell> between)
        {
            using var cell = new NtmCell(SmallOptions(), seed: 1);
            var inputs = Inputs(ScalarType.Float32, Batch).requires_grad_(true);
            var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
            between(cell);
            loss.backward();
            return Numbers(inputs.grad!);
        }
    }

    private static void Refused(EngineKind engine, string message, Action<NtmCell, Tensor> misuse)
    {
        using var scope = NewDisposeScope();
        using var cell = Cell(engine, ScalarType.Float32, SmallOptions());
        Refuses(message, () => misuse(cell, Inputs(ScalarType.Float32, Batch)));
    }
}
