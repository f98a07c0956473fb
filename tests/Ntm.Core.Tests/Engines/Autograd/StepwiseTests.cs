using System.Runtime.InteropServices;
using Ntm.Core.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>
/// The cell step by step under autograd. The CPU engine keeps packed weights and computes weight gradients once for all steps; results, gradients and
/// refusals are those of the reference engine, which does neither.
/// </summary>
public class StepwiseTests
{
    private const string SecondTime = "backward through the graph a second time";
    private const string InPlace = "modified by an inplace operation";

    private const int Steps = 5;
    private const int Batch = 5;

    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu];

    public static TheoryData<ControllerKind, int, int, ReadOrder, int> Models
    {
        get
        {
            var models = new TheoryData<ControllerKind, int, int, ReadOrder, int>();
            foreach (var controller in Enum.GetValues<ControllerKind>())
                foreach (var (layers, heads, order, batch) in ((int, int, ReadOrder, int)[])[(1, 1, ReadOrder.AfterWrite, 1), (2, 2, ReadOrder.BeforeWrite, 5)])
                    models.Add(controller, layers, heads, order, batch);
            return models;
        }
    }

    private delegate Tensor Loss(NtmCell cell, Tensor inputs);

    [Fact]
    public void Libtorch_tells_the_versions_of_tensors()
    {
        Assert.True(TensorVersion.IsKnown);
        using var tensor = zeros(2);
        using var view = tensor.detach();
        var before = TensorVersion.Of(view);
        tensor.add_(1);
        Assert.Equal(before + 1, TensorVersion.Of(view));
        Assert.True(TensorVersion.Has(tensor));
        using (inference_mode())
        {
            using var inference = zeros(2);
            Assert.False(TensorVersion.Has(inference));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_model_has_the_gradients_of_the_reference(ControllerKind controller, int layers, int heads, ReadOrder order, int batch) => SameGradients(
        (cell, inputs) => Sum(Loop(cell, inputs, cell.InitialState(batch)).Logits),
        new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            Controller = controller,
            ControllerLayers = layers,
            ControllerSize = 7,
            MemoryLocations = 18,
            MemoryWidth = 11,
            ReadHeads = heads,
            WriteHeads = heads,
            ReadOrder = order,
        },
        batch);

    /// <summary>More steps than one segment of histories has.</summary>
    [Fact]
    public void Long_chains() => SameGradients(
        (cell, inputs) => Sum(Loop(cell, cat([inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs, inputs]), cell.InitialState(Batch)).Logits));

    [Fact]
    public void The_final_state_has_a_gradient() => SameGradients((cell, inputs) =>
    {
        var (logits, state) = Loop(cell, inputs, cell.InitialState(Batch));
        return logits[^1].sum() + state.Memory.pow(2).sum() + state.Reads.sum() + state.ReadWeightings.pow(3).sum() + state.Controller[0].pow(2).sum();
    });

    [Fact]
    public void Intermediate_states_have_gradients() => SameGradients((cell, inputs) =>
    {
        var (_, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (logits, _) = Loop(cell, inputs.flip(0), middle);
        var gradients = autograd.grad([Sum(logits)], [middle.Memory, middle.Controller[0]], retain_graph: true);
        return Sum(logits) + (gradients[0] * middle.Memory).sum() + (gradients[1] * middle.Controller[0]).sum();
    });

    [Fact]
    public void Branches_from_a_state() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (left, end) = Loop(cell, inputs.flip(0), middle);
        var (right, _) = Loop(cell, inputs, middle);
        var (again, _) = Loop(cell, inputs, end);
        return Sum(first) + Sum(left) + Sum(right) + Sum(again);
    });

    [Fact]
    public void Interleaved_chains() => SameGradients((cell, inputs) =>
    {
        var (left, right) = (cell.InitialState(Batch), cell.InitialState(Batch));
        var logits = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            (var l, left) = cell.forward(input, left);
            (var r, right) = cell.forward(input.neg(), right);
            logits.AddRange([l, r]);
        }

        return Sum(logits);
    });

    [Fact]
    public void Detached_states_end_the_gradient() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (second, _) = Loop(cell, inputs, middle.Detach());
        return Sum(first) + Sum(second);
    });

    [Fact]
    public void States_changed_by_torch_operations() => SameGradients((cell, inputs) =>
    {
        var (first, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        var (second, _) = Loop(cell, inputs, middle.Select(t => t * 0.5));
        return Sum(first) + Sum(second);
    });

    [Fact]
    public void A_loss_of_some_steps() => SameGradients((cell, inputs) => Loop(cell, inputs, cell.InitialState(Batch)).Logits[2].pow(2).sum());

    [Fact]
    public void Frozen_parameters() => SameGradients((cell, inputs) =>
    {
        Freeze(cell.Controller);
        return Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
    });

    [Fact]
    public void Parameters_all_frozen() => SameGradients((cell, inputs) =>
    {
        Freeze(cell);
        return Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
    });

    [Fact]
    public void Graphs_gone_through_again() => SameGradients((cell, inputs) =>
    {
        var (logits, _) = Loop(cell, inputs, cell.InitialState(Batch));
        var loss = Sum(logits);
        loss.backward(retain_graph: true);
        logits[1].sum().backward(retain_graph: true);
        autograd.grad([loss], [inputs], retain_graph: true);
        return loss;
    });

    [Fact]
    public void A_gradient_penalty() => SameGradients((cell, inputs) =>
    {
        var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
        return autograd.grad([loss], [inputs, cell.Output.Weight], retain_graph: true, create_graph: true).Select(g => g.pow(2).sum()).Aggregate((a, b) => a + b);
    });

    [Fact]
    public void Steps_without_gradients_between_others() => SameGradients((cell, inputs) =>
    {
        NtmState middle;
        using (no_grad())
            (_, middle) = Loop(cell, inputs, cell.InitialState(Batch));
        return Sum(Loop(cell, inputs, middle).Logits);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void Steps_equal_the_sequence(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options(), seed: 1) { Engine = engine };
        var inputs = Inputs(ScalarType.Float32, Batch);
        var (expected, end) = machine.forward(inputs);
        var (logits, state) = Loop(machine.Cell, inputs, machine.InitialState(Batch));
        // The engine and torch compute the learned initial state, each with its own rounding.
        Near(expected, stack(logits));
        Assert.All(end.Tensors().Zip(state.Tensors()), p => Near(p.First, p.Second));

        static void Near(Tensor first, Tensor second) => Assert.All(Numbers(first).Zip(Numbers(second)), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Results_do_not_depend_on_the_number_of_threads(int threads)
    {
        Assert.Equal(Run(2), Run(threads));

        double[] Run(int count)
        {
            using var scope = NewDisposeScope();
            using var cell = new NtmCell(Options(), seed: 1) { Threads = count };
            Sum(Loop(cell, Inputs(ScalarType.Float32, 21), cell.InitialState(21)).Logits).backward();
            return Gradients(cell);
        }
    }

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
            using var cell = Cell(kind, type, Options());
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
        using var cell = new NtmCell(Options(), seed: 1);
        using var other = new NtmCell(Options(), seed: 2);
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
        using var cell = new NtmCell(Options(), seed: 1);
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
        using var cell = new NtmCell(Options(), seed: 1);
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
            using var cell = new NtmCell(Options(), seed: 1);
            var inputs = Inputs(ScalarType.Float32, Batch).requires_grad_(true);
            var loss = Sum(Loop(cell, inputs, cell.InitialState(Batch)).Logits);
            between(cell);
            loss.backward();
            return Numbers(inputs.grad!);
        }
    }

    private static void SameGradients(Loss loss, NtmOptions? options = null, int batch = Batch)
    {
        options ??= Options();
        var exact = Run(EngineKind.Reference, ScalarType.Float64);
        var computed = Run(EngineKind.Cpu, ScalarType.Float32);
        Assert.Equal(exact.Length, computed.Length);
        var largest = exact.Max(Math.Abs);
        Assert.True(largest > 1e-3);
        Assert.All(exact.Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, largest)));

        double[] Run(EngineKind engine, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var cell = Cell(engine, type, options);
            var inputs = Inputs(type, batch).requires_grad_(true);
            var value = loss(cell, inputs);
            value.backward();
            return [value.to(ScalarType.Float64).ToDouble(), .. Gradients(cell), .. Numbers(inputs.grad!)];
        }
    }

    private static void Refused(EngineKind engine, string message, Action<NtmCell, Tensor> misuse)
    {
        using var scope = NewDisposeScope();
        using var cell = Cell(engine, ScalarType.Float32, Options());
        Assert.Contains(
            message, Assert.ThrowsAny<ExternalException>(() => misuse(cell, Inputs(ScalarType.Float32, Batch))).Message, StringComparison.Ordinal);
    }

    private static (List<Tensor> Logits, NtmState State) Loop(NtmCell cell, Tensor inputs, NtmState state)
    {
        var logits = new List<Tensor>();
        foreach (var input in inputs.unbind(0))
        {
            (var step, state) = cell.forward(input, state);
            logits.Add(step);
        }

        return (logits, state);
    }

    private static void Freeze(nn.Module module)
    {
        foreach (var parameter in module.parameters())
            parameter.requires_grad_(false);
    }

    private static Tensor Sum(List<Tensor> logits) => stack(logits).pow(2).sum();

    private static NtmOptions Options() => new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    private static NtmCell Cell(EngineKind engine, ScalarType type, NtmOptions options)
    {
        var cell = new NtmCell(options, seed: 1) { Engine = engine };
        cell.to(type);
        Assert.Equal(engine, cell.EngineChoice.Engine);
        return cell;
    }

    private static Tensor Inputs(ScalarType type, int batch)
    {
        using var generator = new Generator(7);
        return randn([Steps, batch, 3], dtype: ScalarType.Float32, generator: generator).to(type);
    }

    private static double[] Gradients(NtmCell cell) => [.. cell.parameters().SelectMany(p => p.grad is { } g ? Numbers(g) : [])];

    private static double[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
