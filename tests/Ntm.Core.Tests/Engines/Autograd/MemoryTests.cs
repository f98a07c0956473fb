using Ntm.Core.Tests.Support;
using Ntm.Tests.Shared;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>
/// Memory over many iterations, with inputs and memories large enough to tell: tensors alive by TorchSharp's own count and the process's resident set stay
/// where they are, without a collection having to free anything.
/// </summary>
[Collection(nameof(GlobalTorchState))]
public class MemoryTests
{
    private const int Steps = 2;
    private const int Batch = 4;

    /// <summary>64 KiB of inputs and 32 KiB of a state's memory in each iteration: 2,000 of either kept would be 60 to 130 MB.</summary>
    private static readonly NtmOptions Options = new()
    {
        InputSize = 2048,
        OutputSize = 2,
        ControllerSize = 4,
        MemoryLocations = 512,
        MemoryWidth = 4,
    };

    [Fact]
    public void Forward_and_backward() => StaysFlat((machine, inputs) => machine.Logits(inputs).sum().backward());

    [Fact]
    public void Forward_and_backward_without_dispose_scopes() => StaysFlat(
        (machine, inputs) =>
        {
            var (logits, state) = machine.forward(inputs);
            using (var loss = logits.sum())
                loss.backward();
            logits.Dispose();
            state.Dispose();
        },
        scoped: false);

    [Fact]
    public void Inference() => StaysFlat((machine, inputs) =>
    {
        using var noGrad = no_grad();
        machine.Logits(inputs);
    });

    [Fact]
    public void Traces() => StaysFlat((machine, inputs) => machine.Trace(inputs));

    [Fact]
    public void The_cell_step_by_step() => StaysFlat(
        (machine, inputs) =>
        {
            var state = machine.InitialState(Batch);
            Tensor sum = zeros(1, dtype: float32, device: CPU);
            foreach (var input in inputs.unbind(0))
            {
                (var logits, state) = machine.Cell.forward(input, state);
                sum = sum + logits.sum();
            }

            sum.backward();
        },
        iterations: 1000);

    /// <summary>Objects that wait for a finalizer are promoted until a full collection: what a step leaves to the collector must be little, and none of that.
    /// A graph's node by TorchSharp's own class costs a step 11 KB, and a full collection in some hundred iterations.</summary>
    [Fact]
    public void The_cell_step_by_step_forces_no_full_collections()
    {
        const int Iterations = 250, Steps = 40, MostBytes = 5000;
        using var machine = new NeuralTuringMachine(new NtmOptions { ControllerSize = 20, MemoryLocations = 32 }, seed: 1) { Threads = 1 };
        using var inputs = zeros([Steps, Batch, machine.Options.InputSize], dtype: float32, device: CPU);
        for (var i = 0; i < 100; i++)
            Iterate();
        var (collections, bytes) = (GC.CollectionCount(2), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < Iterations; i++)
            Iterate();
        Assert.Equal(0, GC.CollectionCount(2) - collections);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - bytes) / (Iterations * Steps), 0, MostBytes);

        void Iterate()
        {
            using var scope = NewDisposeScope();
            var state = machine.InitialState(Batch);
            List<Tensor> logits = [];
            foreach (var input in inputs.unbind(0))
            {
                (var step, state) = machine.Cell.forward(input, state);
                logits.Add(step);
            }

            stack(logits).sum().backward();
        }
    }

    [Fact]
    public void Given_states() => StaysFlat((machine, inputs) =>
        machine.forward(inputs, machine.InitialState(Batch).Select(t => t.detach().clone())).Logits.sum().backward());

    [Fact]
    public void Truncated_backpropagation()
    {
        NtmState? carried = null;
        StaysFlat((machine, inputs) =>
        {
            var (logits, state) = machine.forward(inputs, carried);
            logits.sum().backward();
            carried?.Dispose();
            carried = state.Detach().Select(t => t.DetachFromDisposeScope());
        });
        carried?.Dispose();
    }

    [Fact]
    public void Graphs_that_are_dropped_without_a_backward_pass() => StaysFlat((machine, inputs) => machine.Logits(inputs).sum());

    [Fact]
    public void Graphs_that_are_retained_and_gone_through_again() => StaysFlat((machine, inputs) =>
    {
        var loss = machine.Logits(inputs).sum();
        loss.backward(retain_graph: true);
        loss.backward();
    });

    [Fact]
    public void Calls_that_are_refused() => StaysFlat((machine, inputs) =>
        Assert.Throws<ArgumentException>(() => machine.forward(inputs, machine.InitialState(Batch + 1))));

    /// <summary>Fewer than elsewhere: TorchSharp keeps the text of every error of torch, some kilobytes with its stack trace. A plain
    /// <c>nn.Linear</c> grows as much.</summary>
    [Fact]
    public void Passes_that_torch_refuses() => StaysFlat(
        (machine, inputs) =>
        {
            var logits = machine.Logits(inputs);
            logits.backward([ones_like(logits)]);
            Assert.ThrowsAny<Exception>(() => logits.backward([ones_like(logits)]));
        },
        iterations: 200);

    [Fact]
    public void Gradients_that_can_be_differentiated_again() => StaysFlat(
        (machine, inputs) =>
        {
            var again = inputs.detach().requires_grad_(true);
            var gradient = autograd.grad([machine.Logits(again).sum()], [again], retain_graph: true, create_graph: true)[0];
            gradient.pow(2).sum().backward();
        },
        iterations: 200);

    [Fact]
    public void The_CUDA_engine_on_the_host() => StaysFlat((machine, inputs) => machine.Logits(inputs).sum().backward(), iterations: 200, engine: EngineKind.Cuda);

    [Fact]
    public void A_training_pass()
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1) { Threads = 1 };
        using var pass = new SequenceTrainingPass(machine, 1);
        var inputs = new float[Steps * Batch * Options.InputSize];
        var targets = new float[Steps * Batch * Options.OutputSize];
        var mask = Enumerable.Repeat(1f, Steps * Batch).ToArray();
        FlatMemory.Measure(2000, () => pass.Compute(inputs, targets, mask, [], Steps, Batch));
    }

    [Fact]
    public void Models_made_and_disposed() => FlatMemory.Measure(
        500,
        () =>
        {
            using var scope = NewDisposeScope();
            using var machine = new NeuralTuringMachine(Options, seed: 1) { Threads = 1 };
            using var inputs = zeros([Steps, Batch, Options.InputSize], dtype: float32, device: CPU);
            machine.Logits(inputs).sum().backward();
        });

    private static void StaysFlat(Action<NeuralTuringMachine, Tensor> iterate, int iterations = 2000, bool scoped = true, EngineKind engine = EngineKind.Cpu)
    {
        using var machine = new NeuralTuringMachine(Options, seed: 1) { Threads = 1 }.On(engine);
        using var inputs = zeros([Steps, Batch, Options.InputSize], dtype: float32, device: CPU);
        FlatMemory.Measure(
            iterations,
            () =>
            {
                using var scope = scoped ? NewDisposeScope() : null;
                iterate(machine, inputs);
            });
    }
}
