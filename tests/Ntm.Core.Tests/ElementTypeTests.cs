using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>
/// torch's default element type belongs to the process, and any code may set it: an existing model stays bit-identical, and a new one is wholly of that
/// type, as torch's own modules are.
/// </summary>
public class ElementTypeTests
{
    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    public static TheoryData<ScalarType, EngineKind> Defaults => new MatrixTheoryData<ScalarType, EngineKind>(
        [ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16], [EngineKind.Reference, EngineKind.Cpu, EngineKind.Cuda]);

    [Theory]
    [MemberData(nameof(Defaults))]
    public void A_model_that_is_there_gives_the_same_bits(ScalarType type, EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1).On(engine);
        var inputs = Inputs(float32);
        Assert.Equal(Compute(), Under(type, Compute));

        List<float[]> Compute()
        {
            machine.zero_grad();
            var asked = inputs.detach().clone().requires_grad_(true);
            var (logits, state) = machine.forward(asked);
            var (more, last) = machine.forward(inputs, state);
            (logits.sum() + more.pow(2).sum() + last.Memory.sum()).backward();
            using var trace = machine.Trace(inputs);
            var step = machine.Cell.forward(inputs[0], machine.InitialState(4));
            step.Logits.sum().backward();
            Tensor[] all =
            [
                logits, more, .. last.Tensors(), trace.Logits, trace.Reads, trace.Erases, trace.Adds, trace.ReadWeightings, trace.WriteWeightings,
                step.Logits, .. step.State.Tensors(), asked.grad!, .. machine.parameters().Select(p => p.grad!),
            ];
            Assert.All(all, t => Assert.Equal(ScalarType.Float32, t.dtype));
            return [.. all.Select(t => t.detach().contiguous().data<float>().ToArray())];
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_new_model_is_wholly_of_the_default_type(ScalarType type)
    {
        foreach (var (memory, reads, weightings) in ((MemoryKind, InitialReadKind, InitialWeightingKind)[])
            [(MemoryKind.Constant, InitialReadKind.Learned, InitialWeightingKind.Learned), (MemoryKind.Random, InitialReadKind.Zeros, InitialWeightingKind.Uniform),
                (MemoryKind.Learned, InitialReadKind.Zeros, InitialWeightingKind.Zeros)])
        {
            using var scope = NewDisposeScope();
            var options = Options.Clone();
            (options.Memory, options.InitialReads, options.InitialWeightings) = (memory, reads, weightings);
            using var expected = new NeuralTuringMachine(options, seed: 1);
            using var machine = Under(type, () => new NeuralTuringMachine(options, seed: 1));
            foreach (var (tensor, first) in machine.parameters().Concat(machine.buffers()).Zip(expected.parameters().Concat(expected.buffers())))
            {
                Assert.Equal(type, tensor.dtype);
                Assert.Equal(first.to(type).to(ScalarType.Float64).data<double>().ToArray(), tensor.to(ScalarType.Float64).data<double>().ToArray());
            }

            Assert.Equal(EngineKind.Reference, machine.EngineChoice.Engine);
            var logits = machine.Logits(Inputs(type));
            Assert.Equal(type, logits.dtype);
            logits.sum().backward();
            Assert.All(machine.parameters().Where(p => p.grad is not null), p => Assert.True(p.grad!.isfinite().all().ToBoolean()));
            Assert.True(logits.isfinite().all().ToBoolean());
        }
    }

    [Fact]
    public void Float16_is_refused()
    {
        Assert.Contains("Float16", Assert.Throws<NotSupportedException>(() => Under(ScalarType.Float16, () => new NeuralTuringMachine(Options))).Message, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(Options, seed: 1);
        machine.to(ScalarType.Float16);
        Assert.Contains("Float16", Assert.Throws<NotSupportedException>(() => machine.forward(Inputs(ScalarType.Float16))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void The_LSTM_network(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 6 }, seed: 1);
        Assert.Equal(Compute(), Under(type, Compute));
        using var other = Under(type, () => new LstmNetwork(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 6 }, seed: 1));
        Assert.All(other.parameters(), p => Assert.Equal(type, p.dtype));

        List<float[]> Compute()
        {
            network.zero_grad();
            var logits = network.Logits(Inputs(float32));
            logits.sum().backward();
            return [logits.detach().data<float>().ToArray(), .. network.parameters().Select(p => p.grad!.data<float>().ToArray())];
        }
    }

    private static T Under<T>(ScalarType type, Func<T> compute)
    {
        var before = get_default_dtype();
        set_default_dtype(type);
        try
        {
            return compute();
        }
        finally
        {
            set_default_dtype(before);
        }
    }

    private static Tensor Inputs(ScalarType type)
    {
        using var generator = new Generator(7);
        return (randn([5, 4, Options.InputSize], dtype: ScalarType.Float32, device: CPU, generator: generator) > 0).to(type);
    }
}
