using System.Runtime.InteropServices;
using Ntm.Core.Engines;
using Ntm.Core.Tests.Support;
using TorchSharp;
using static Ntm.Core.Tests.Engines.Autograd.AutogradErrors;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>All engines refuse what torch's own modules refuse, with torch's messages, and compute what they compute.</summary>
public class MisuseTests
{
    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu, EngineKind.Cuda];

    [Fact]
    public void Libtorch_tells_of_the_backward_pass() => Assert.True(GraphTask.IsKnown);

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_second_backward_pass_over_a_graph_that_was_not_retained(EngineKind engine) => Refused(engine, SecondTime, (machine, inputs) =>
    {
        var logits = machine.Logits(inputs);
        logits.backward([ones_like(logits)]);
        logits.backward([ones_like(logits)]);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_forgotten_Detach_in_truncated_backpropagation(EngineKind engine) => Refused(engine, SecondTime, (machine, inputs) =>
    {
        var (logits, state) = machine.forward(inputs);
        logits.sum().backward();
        machine.forward(inputs, state).Logits.sum().backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_third_pass_over_a_graph_that_was_retained_once(EngineKind engine) => Refused(engine, SecondTime, (machine, inputs) =>
    {
        var logits = machine.Logits(inputs);
        logits.backward([ones_like(logits)], retain_graph: true);
        logits.backward([ones_like(logits)]);
        logits.backward([ones_like(logits)]);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void An_optimizer_step_before_the_backward_pass(EngineKind engine) => Refused(engine, InPlace, (machine, inputs) =>
    {
        using var optimizer = optim.SGD(machine.parameters(), 0.1);
        machine.Logits(inputs).sum().backward();
        var loss = machine.Logits(inputs).sum();
        optimizer.step();
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void An_optimizer_step_between_two_passes_over_a_retained_graph(EngineKind engine) => Refused(engine, InPlace, (machine, inputs) =>
    {
        using var optimizer = optim.SGD(machine.parameters(), 0.1);
        var loss = machine.Logits(inputs).sum();
        loss.backward(retain_graph: true);
        optimizer.step();
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void Weights_loaded_before_the_backward_pass(EngineKind engine) => Refused(engine, InPlace, (machine, inputs) =>
    {
        using var other = new NeuralTuringMachine(Options, seed: 2);
        var loss = machine.Logits(inputs).sum();
        machine.load_state_dict(other.state_dict());
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_parameter_changed_without_gradients(EngineKind engine) => Refused(engine, InPlace, (machine, inputs) =>
    {
        var loss = machine.Logits(inputs).sum();
        using (no_grad())
            machine.get_parameter("cell.write_heads.layer.weight")!.add_(1);
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_given_state_changed_in_place(EngineKind engine) => Refused(engine, InPlace, (machine, inputs) =>
    {
        var state = machine.InitialState(4).Select(t => t.detach().clone());
        var loss = machine.forward(inputs, state).Logits.sum();
        state.Memory.add_(1);
        loss.backward();
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void Inputs_that_have_a_gradient_changed_in_place(EngineKind engine)
    {
        // The reference copies the inputs into the controller's: it need not refuse, and its gradient is right.
        if (engine == EngineKind.Reference)
            return;
        Refused(engine, InPlace, (machine, inputs) =>
        {
            inputs.requires_grad_(true);
            var loss = machine.Logits(inputs).sum();
            using (no_grad())
                inputs.add_(1);
            loss.backward();
        });
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Inputs_that_are_only_data_may_be_reused_at_once(EngineKind engine)
    {
        Assert.Equal(Run(reuse: false), Run(reuse: true));

        float[] Run(bool reuse)
        {
            using var scope = NewDisposeScope();
            using var machine = Machine(engine);
            var inputs = Inputs();
            var loss = machine.Logits(inputs).pow(2).sum();
            if (reuse)
                inputs.zero_();
            loss.backward();
            return Gradient(machine);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void After_an_error_the_next_iteration_is_as_without_it(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs();
        var logits = machine.Logits(inputs);
        logits.sum().backward();
        var expected = Gradient(machine);
        Assert.ThrowsAny<ExternalException>(() => logits.backward([ones_like(logits)]));
        machine.zero_grad();
        machine.Logits(inputs).sum().backward();
        Assert.Equal(expected, Gradient(machine));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void An_error_in_one_of_two_machines_of_a_graph(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var first = Machine(engine);
        using var second = Machine(engine);
        var between = first.Logits(Inputs());
        var loss = second.Logits(cat([between, between.narrow(2, 0, 1)], 2)).sum();
        using (no_grad())
            second.get_parameter("cell.output.weight")!.add_(1);
        // The other machine's node runs after the one that fails.
        Assert.Contains(InPlace, Assert.ThrowsAny<ExternalException>(() => loss.backward()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_gradient_penalty(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        var exact = Run(EngineKind.Reference, ScalarType.Float64);
        var computed = Run(engine, ScalarType.Float32);
        Assert.True(exact.Max(Math.Abs) > 1e-3);
        Assert.All(exact.Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-4 * Math.Max(1, exact.Max(Math.Abs))));

        double[] Run(EngineKind kind, ScalarType type)
        {
            using var machine = Machine(kind, type);
            var inputs = Inputs().to(type).requires_grad_(true);
            var loss = machine.Logits(inputs).pow(2).sum();
            var gradient = autograd.grad([loss], [inputs], retain_graph: true, create_graph: true)[0];
            gradient.pow(2).sum().backward();
            return [.. machine.parameters().SelectMany(p => p.grad is { } g ? g.to(ScalarType.Float64).data<double>().ToArray() : [])];
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_backward_pass_after_the_model_is_disposed(EngineKind engine) => AsIfNot(engine, machine => machine.Dispose());

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_backward_pass_after_the_model_is_moved(EngineKind engine) => AsIfNot(engine, machine => machine.to(ScalarType.Float64));

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_backward_pass_on_another_thread(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        machine.Logits(Inputs()).pow(2).sum().backward();
        var expected = Gradient(machine);
        machine.zero_grad();
        var loss = machine.Logits(Inputs()).pow(2).sum();
        var thread = new Thread(() => loss.backward());
        thread.Start();
        thread.Join();
        Assert.Equal(expected, Gradient(machine));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Errors_on_another_thread_are_thrown_there(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var logits = machine.Logits(Inputs());
        logits.backward([ones_like(logits)]);
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => logits.backward([ones_like(logits)])));
        thread.Start();
        thread.Join();
        Assert.Contains(SecondTime, thrown?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void A_state_shared_by_two_branches(EngineKind engine)
    {
        var exact = Run(EngineKind.Reference, ScalarType.Float64);
        var computed = Run(engine, ScalarType.Float32);
        Assert.All(exact.Zip(computed), p => Assert.Equal(p.First, p.Second, 1e-4));

        double[] Run(EngineKind kind, ScalarType type)
        {
            using var scope = NewDisposeScope();
            using var machine = Machine(kind, type);
            var inputs = Inputs().to(type);
            var (_, state) = machine.forward(inputs);
            var loss = machine.forward(inputs, state).Logits.pow(2).sum() + machine.forward(inputs.flip(0), state).Logits.sum();
            loss.backward();
            return [.. machine.parameters().SelectMany(p => p.grad!.to(ScalarType.Float64).data<double>().ToArray())];
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Gradients_of_some_inputs_alone(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        var inputs = Inputs().requires_grad_(true);
        machine.Logits(inputs).sum().backward();
        var whole = inputs.grad!.data<float>().ToArray();
        var loss = machine.Logits(inputs).sum();
        Assert.Equal(whole, autograd.grad([loss], [inputs])[0].data<float>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Anomaly_detection_changes_nothing(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        machine.Logits(Inputs()).sum().backward();
        var expected = Gradient(machine);
        machine.zero_grad();
        using (autograd.detect_anomaly())
            machine.Logits(Inputs()).sum().backward();
        Assert.Equal(expected, Gradient(machine));
    }

    private static void AsIfNot(EngineKind engine, Action<NeuralTuringMachine> between)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Run(_ => { }), Run(between));

        float[] Run(Action<NeuralTuringMachine> action)
        {
            using var machine = Machine(engine);
            var inputs = Inputs().requires_grad_(true);
            var loss = machine.Logits(inputs).pow(2).sum();
            action(machine);
            loss.backward();
            return inputs.grad!.data<float>().ToArray();
        }
    }

    private static void Refused(EngineKind engine, string message, Action<NeuralTuringMachine, Tensor> misuse)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine);
        AutogradErrors.Refuses(message, () => misuse(machine, Inputs()));
    }

    private static NeuralTuringMachine Machine(EngineKind engine, ScalarType type = ScalarType.Float32)
    {
        var machine = new NeuralTuringMachine(Options, seed: 1).On(engine);
        machine.to(type);
        Assert.Equal(engine, machine.EngineChoice.Engine);
        return machine;
    }

    private static Tensor Inputs()
    {
        using var generator = new Generator(7);
        return (randn([5, 4, Options.InputSize], dtype: ScalarType.Float32, generator: generator) > 0).to(ScalarType.Float32);
    }

    private static float[] Gradient(NeuralTuringMachine machine) => [.. machine.parameters().SelectMany(p => p.grad!.data<float>().ToArray())];
}
