using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The engine inside graphs of other code.</summary>
public class AutogradTests
{
    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    private delegate Tensor Graph(NeuralTuringMachine machine, Tensor inputs);

    [Fact]
    public void Two_forwards_before_one_backward() =>
        SameGradients((machine, inputs) => machine.forward(inputs).Logits.sum() + machine.forward(inputs.flip(0) * 0.5).Logits.pow(2).sum());

    [Fact]
    public void State_handed_on_carries_gradients() => SameGradients((machine, inputs) =>
    {
        var (first, state) = machine.forward(inputs);
        var (second, _) = machine.forward(inputs.flip(0), state);
        return (first * second).sum();
    });

    [Fact]
    public void Output_fed_back_as_input() => SameGradients((machine, inputs) =>
    {
        var (logits, state) = machine.forward(inputs);
        var (again, _) = machine.forward(cat([logits.sigmoid(), inputs.narrow(2, 0, 1)], 2), state.Detach());
        return again.sum();
    });

    [Fact]
    public void The_cell_step_by_step() => SameGradients((machine, inputs) =>
    {
        var state = machine.InitialState(inputs.size(1));
        var sum = zeros(1, dtype: inputs.dtype);
        foreach (var input in inputs.unbind(0))
        {
            (var logits, state) = machine.Cell.forward(input, state);
            sum += logits.pow(2).sum();
        }

        return sum + state.Memory.sum();
    });

    [Fact]
    public void Only_the_final_state_matters() => SameGradients((machine, inputs) => machine.forward(inputs).State.Memory.sum());

    [Fact]
    public void Backward_twice_over_a_retained_graph()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        var loss = machine.forward(Inputs()).Logits.pow(2).sum();
        loss.backward(retain_graph: true);
        var once = Gradients(machine);
        loss.backward();
        foreach (var (a, b) in once.Zip(Gradients(machine)))
            Assert.Equal(a.Select(x => 2 * x), b);
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        var frozen = machine.parameters().First();
        frozen.requires_grad = false;
        machine.forward(Inputs()).Logits.sum().backward();
        Assert.Null(frozen.grad);
        Assert.NotNull(machine.parameters().Last().grad);
    }

    [Fact]
    public void A_given_state_leaves_the_initial_parameters_without_gradient()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        machine.forward(Inputs(), machine.InitialState(4).Detach()).Logits.sum().backward();
        foreach (var (name, parameter) in machine.named_parameters())
            Assert.Equal(name.Contains("initial", StringComparison.Ordinal), parameter.grad is null);
    }

    [Fact]
    public void Inference_needs_no_graph_and_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        var (trained, trainedState) = machine.forward(Inputs());
        using var noGrad = no_grad();
        var (logits, state) = machine.forward(Inputs());
        Assert.False(logits.requires_grad);
        Assert.Equal(trained.data<float>().ToArray(), logits.data<float>().ToArray());
        foreach (var (a, b) in trainedState.Tensors().Zip(state.Tensors()))
            Assert.Equal(a.data<float>().ToArray(), b.data<float>().ToArray());
    }

    [Fact]
    public void Many_threads_and_machines_at_once()
    {
        var expected = Enumerable.Range(0, 6).Select(Work).ToArray();
        var actual = new float[6][][];
        Parallel.For(0, 6, i => actual[i] = Work(i));
        Assert.Equal(expected, actual);

        static float[][] Work(int seed)
        {
            using var scope = NewDisposeScope();
            using var machine = new NeuralTuringMachine(Options, seed: seed) { Threads = 2 };
            for (var i = 0; i < 10; i++)
                machine.forward(Inputs()).Logits.pow(2).sum().backward();
            return Gradients(machine);
        }
    }

    [Fact]
    public void One_machine_on_many_threads()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1) { Threads = 2 };
        var inputs = Inputs();
        using var noGrad = no_grad();
        var expected = machine.forward(inputs).Logits.data<float>().ToArray();
        Parallel.For(0, 20, _ =>
        {
            using var scope = NewDisposeScope();
            using var alsoHere = no_grad();
            Assert.Equal(expected, machine.forward(inputs).Logits.data<float>().ToArray());
        });
    }

    [Fact]
    public void Views_and_strided_inputs_are_read_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        var inputs = Inputs();
        var strided = inputs.transpose(0, 1).contiguous().transpose(0, 1);
        Assert.False(strided.is_contiguous());
        Assert.Equal(machine.forward(inputs).Logits.data<float>().ToArray(), machine.forward(strided).Logits.data<float>().ToArray());
        var later = cat([zeros_like(inputs), inputs], 0).narrow(0, 5, 5);
        Assert.Equal(machine.forward(inputs).Logits.data<float>().ToArray(), machine.forward(later).Logits.data<float>().ToArray());
    }

    private static Tensor Inputs()
    {
        using var generator = new Generator(7);
        return (randn([5, 4, Options.InputSize], generator: generator) > 0).to(ScalarType.Float32);
    }

    private static void SameGradients(Graph graph)
    {
        using var scope = NewDisposeScope();
        var exact = Run(ScalarType.Float64, EngineKind.Reference);
        var actual = Run(ScalarType.Float32, EngineKind.Cpu);
        foreach (var (expected, computed) in exact.Zip(actual))
        {
            var norm = Math.Sqrt(expected.Sum(x => x * x));
            Assert.True(Math.Sqrt(expected.Zip(computed).Sum(p => Math.Pow(p.First - p.Second, 2))) <= 1e-5 * Math.Max(norm, 0.1));
        }

        double[][] Run(ScalarType type, EngineKind engine)
        {
            using var machine = new NeuralTuringMachine(Options, seed: 1);
            machine.to(type);
            machine.Engine = engine;
            Assert.Equal(engine, machine.EngineChoice.Engine);
            var inputs = Inputs().to(type).requires_grad_(true);
            graph(machine, inputs).backward();
            return
            [
                inputs.grad!.to(ScalarType.Float64).contiguous().data<double>().ToArray(),
                .. machine.parameters().Select(p => p.grad is { } g ? g.to(ScalarType.Float64).contiguous().data<double>().ToArray() : []),
            ];
        }
    }

    private static float[][] Gradients(NeuralTuringMachine machine) => [.. machine.parameters().Select(p => p.grad!.data<float>().ToArray())];
}
