using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines;

/// <summary>Padded sequences against each sequence alone, in the reference engine in float64.</summary>
public class LengthsTests
{
    private const int Steps = 7;

    private static readonly int[] Lengths = [3, 7, 1, 5, 7, 2];

    public static TheoryData<EngineKind, ControllerKind, ReadOrder, bool, double> Cases
    {
        get
        {
            var cases = new TheoryData<EngineKind, ControllerKind, ReadOrder, bool, double>();
            foreach (var engine in (EngineKind[])[EngineKind.Reference, EngineKind.Cpu, EngineKind.Cuda])
                foreach (var controller in Enum.GetValues<ControllerKind>())
                    foreach (var given in (bool[])[false, true])
                        cases.Add(engine, controller, given ? ReadOrder.BeforeWrite : ReadOrder.AfterWrite, given, given ? 0 : 0.3);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_sequence_is_computed_as_if_alone(EngineKind engine, ControllerKind controller, ReadOrder order, bool given, double dropout)
    {
        using var scope = NewDisposeScope();
        var options = new NtmOptions
        {
            InputSize = 3,
            OutputSize = 2,
            Controller = controller,
            ControllerSize = 6,
            ControllerLayers = 2,
            MemoryLocations = 10,
            MemoryWidth = 5,
            ReadOrder = order,
            Dropout = dropout,
        };
        var (batched, alone) = (Run(engine, padded: true), Run(EngineKind.Reference, padded: false));
        Assert.Equal(alone.Length, batched.Length);
        Assert.All(alone.Zip(batched), p => Assert.Equal(p.First, p.Second, engine == EngineKind.Reference ? 1e-10 : 2e-4));

        double[] Run(EngineKind kind, bool padded)
        {
            var type = kind == EngineKind.Reference ? ScalarType.Float64 : ScalarType.Float32;
            using var machine = Machine(kind, options, type);
            using var generator = new Generator(7);
            var inputs = randn([Steps, Lengths.Length, 3], dtype: ScalarType.Float32, generator: generator).to(type).requires_grad_(true);
            var state = machine.InitialState(Lengths.Length).Select(t => (t.detach() + 0.1).requires_grad_(true));
            var logits = new List<Tensor>();
            var finals = new List<NtmState>();
            if (padded)
            {
                var (all, final) = machine.forward(inputs, given ? state : null, Lengths);
                for (var b = 0; b < Lengths.Length; b++)
                {
                    logits.Add(all.narrow(1, b, 1).narrow(0, 0, Lengths[b]));
                    finals.Add(final.Select(t => t.narrow(0, b, 1)));
                    Assert.Equal(0, all.narrow(1, b, 1).narrow(0, Lengths[b], Steps - Lengths[b]).abs().sum().to(ScalarType.Float64).ToDouble());
                }
            }
            else
            {
                for (var b = 0; b < Lengths.Length; b++)
                {
                    var (own, final) = machine.forward(inputs.narrow(1, b, 1).narrow(0, 0, Lengths[b]), given ? state.Select(t => t.narrow(0, b, 1)) : null);
                    logits.Add(own);
                    finals.Add(final);
                }
            }

            var loss = logits.Select(l => l.pow(2).sum()).Concat(finals.SelectMany(f => f.Tensors().Select(t => t.pow(2).sum()))).Aggregate((a, b) => a + b);
            // A second pass computes the forward pass again.
            loss.backward(retain_graph: true);
            loss.backward();
            return
            [
                .. logits.SelectMany(Numbers), .. finals.SelectMany(f => f.Tensors().SelectMany(Numbers)), .. Numbers(inputs.grad!),
                .. given ? state.Tensors().SelectMany(t => Numbers(t.grad!)) : [],
                .. machine.parameters().SelectMany(p => p.grad is { } g ? Numbers(g) : []),
            ];
        }
    }

    [Theory]
    [InlineData(EngineKind.Reference)]
    [InlineData(EngineKind.Cpu)]
    public void Without_gradients(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(engine, new NtmOptions { InputSize = 3, OutputSize = 2 }, ScalarType.Float32);
        var inputs = rand(Steps, Lengths.Length, 3, dtype: ScalarType.Float32);
        var (expected, end) = machine.forward(inputs, null, Lengths);
        using var noGrad = no_grad();
        var (logits, final) = machine.forward(inputs, null, Lengths);
        Assert.Equal(Numbers(expected), Numbers(logits));
        Assert.All(end.Tensors().Zip(final.Tensors()), p => Assert.Equal(Numbers(p.First), Numbers(p.Second)));
    }

    /// <summary>A history in chunks: the shorter sequences end in earlier ones.</summary>
    [Fact]
    public void In_chunks()
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(EngineKind.Cpu, new NtmOptions { InputSize = 3, OutputSize = 2, MemoryLocations = 4096, MemoryWidth = 20 }, ScalarType.Float32);
        int[] lengths = [12, 60, 35];
        var inputs = rand(60, 3, 3, dtype: ScalarType.Float32);
        var (logits, final) = machine.forward(inputs, null, lengths);
        (logits.sum() + final.Memory.pow(2).sum()).backward();
        var gradient = Numbers(machine.Cell.Output.Weight.grad!);
        machine.zero_grad();
        for (var b = 0; b < lengths.Length; b++)
        {
            var (own, end) = machine.forward(inputs.narrow(1, b, 1).narrow(0, 0, lengths[b]));
            Assert.All(Numbers(end.Memory).Zip(Numbers(final.Memory[b])), p => Assert.Equal(p.First, p.Second, 1e-4));
            (own.sum() + end.Memory.pow(2).sum()).backward();
        }

        Assert.All(Numbers(machine.Cell.Output.Weight.grad!).Zip(gradient), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Theory]
    [InlineData(new[] { 3, 0 }, "lengths[1] is 0; expected 1 to 7")]
    [InlineData(new[] { 8, 2 }, "lengths[0] is 8; expected 1 to 7")]
    [InlineData(new[] { 1, 2, 3 }, "lengths has 3 numbers; expected 2")]
    public void Bad_lengths_are_refused(int[] lengths, string message)
    {
        using var scope = NewDisposeScope();
        using var machine = Machine(EngineKind.Cpu, new NtmOptions { InputSize = 3, OutputSize = 2 }, ScalarType.Float32);
        var inputs = zeros(Steps, 2, 3, dtype: ScalarType.Float32);
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => machine.forward(inputs, null, lengths)).Message, StringComparison.Ordinal);
    }

    private static NeuralTuringMachine Machine(EngineKind engine, NtmOptions options, ScalarType type)
    {
        var machine = new NeuralTuringMachine(options, seed: 1).On(engine);
        machine.to(type);
        Assert.Equal(engine, machine.EngineChoice.Engine);
        return machine;
    }

    private static double[] Numbers(Tensor tensor) => tensor.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
}
