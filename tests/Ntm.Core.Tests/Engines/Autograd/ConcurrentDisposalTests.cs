using Ntm.Core.Tests.Engines.Cpu;
using Ntm.Core.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Autograd;

/// <summary>A model that one thread disposes while others use it: calls in flight end normally, later ones are refused, nothing crashes.</summary>
public class ConcurrentDisposalTests
{
    private const int Models = 12;

    private static readonly NtmOptions Options = new() { InputSize = 3, OutputSize = 2, ControllerSize = 10, MemoryLocations = 12, MemoryWidth = 5 };

    public static TheoryData<EngineKind> Engines => [EngineKind.Reference, EngineKind.Cpu, EngineKind.Cuda];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Inference(EngineKind engine) => Dispose(engine, (machine, inputs) =>
    {
        using var noGrad = no_grad();
        return Numbers(machine.Logits(inputs));
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void Traces(EngineKind engine) => Dispose(engine, (machine, inputs) => Numbers(machine.Trace(inputs).Logits));

    [Theory]
    [MemberData(nameof(Engines))]
    public void Forward_and_backward(EngineKind engine) => Dispose(engine, (machine, inputs) =>
    {
        var logits = machine.Logits(inputs);
        logits.sum().backward();
        return Numbers(logits);
    });

    [Theory]
    [MemberData(nameof(Engines))]
    public void The_cell(EngineKind engine) => Dispose(engine, (machine, inputs) =>
    {
        var state = machine.InitialState(4);
        Tensor? logits = null;
        foreach (var input in inputs.unbind(0))
            (logits, state) = machine.Cell.forward(input, state);
        return Numbers(logits!);
    });

    [Theory]
    [InlineData(EngineKind.Cpu)]
    [InlineData(EngineKind.Cuda)]
    public void Training_passes(EngineKind engine)
    {
        var data = new TrainingData(Options, 9, 5);
        Dispose(engine, (machine, _) =>
        {
            using var pass = new SequenceTrainingPass(machine, 1);
            return [data.Compute(pass).LossSum];
        });
    }

    [Fact]
    public void LSTM_networks()
    {
        Dispose(Create, (network, inputs) => Numbers(network.Logits(inputs)));
        Dispose(Create, (network, inputs) =>
        {
            var logits = network.Logits(inputs);
            logits.sum().backward();
            return Numbers(logits);
        });
        Dispose(Create, (network, inputs) => Numbers(network.forward(inputs, network.InitialState(inputs.size(1))).State.C));

        static LstmNetwork Create() => new(new LstmOptions { InputSize = 3, OutputSize = 2, HiddenSize = 10, Layers = 2 }, seed: 1);
    }

    private static void Dispose(EngineKind engine, Func<NeuralTuringMachine, Tensor, double[]> use) => Dispose(
        () => new NeuralTuringMachine(Options, seed: 1) { Threads = 1 }.On(engine), use);

    private static void Dispose<TModel>(Func<TModel> create, Func<TModel, Tensor, double[]> use)
        where TModel : nn.Module
    {
        double[]? expected = null;
        for (var i = 0; i < Models; i++)
        {
            var machine = create();
            Parameter[] parameters = [.. machine.parameters()];
            using var started = new Barrier(3);
            Exception? failure = null;
            Thread[] users = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
            {
                try
                {
                    using var scope = NewDisposeScope();
                    var inputs = Inputs();
                    expected ??= use(machine, inputs);
                    started.SignalAndWait();
                    while (true)
                    {
                        using var inner = NewDisposeScope();
                        Assert.Equal(expected, use(machine, inputs));
                    }
                }
                catch (ObjectDisposedException)
                {
                }
                catch (Exception e)
                {
                    failure = e;
                }
            }))];
            foreach (var user in users)
                user.Start();
            started.SignalAndWait();
            Thread.SpinWait(2000 * (i % 7));
            machine.Dispose();
            foreach (var user in users)
                user.Join();
            Assert.Null(failure);
            Assert.All(parameters, p => Assert.True(p.IsInvalid));
        }
    }

    private static double[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    private static Tensor Inputs()
    {
        using var generator = new Generator(7);
        return (randn([5, 4, Options.InputSize], dtype: ScalarType.Float32, device: CPU, generator: generator) > 0).to(ScalarType.Float32);
    }
}
