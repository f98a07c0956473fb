using Ntm.Core.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Tests;

/// <summary>The cell against <see cref="PlainNtm"/>. Both are float64; 1e-10 is far above the rounding of sums of a few dozen terms
/// through three steps and far below any difference of meaning.</summary>
public class NtmCellTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<string> Configurations => [.. Machines.Configurations.Keys];

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Every_intermediate_of_every_configuration_equals_plain_loops(string configuration) =>
        CompareWithPlainLoops(Machines.Options(Machines.Configurations[configuration]), seed: 1);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_intermediate_of_random_sizes_equals_plain_loops(int seed)
    {
        var random = new Random(seed);
        var locations = random.Next(1, 12);
        CompareWithPlainLoops(
            new NtmOptions
            {
                InputSize = random.Next(1, 6),
                OutputSize = random.Next(1, 6),
                Controller = (ControllerKind)random.Next(2),
                ControllerSize = random.Next(1, 8),
                ControllerLayers = random.Next(1, 4),
                MemoryLocations = locations,
                MemoryWidth = random.Next(1, 7),
                ReadHeads = random.Next(1, 4),
                WriteHeads = random.Next(1, 4),
                Addressing = (AddressingKind)random.Next(2),
                ShiftRange = random.Next(0, (locations - 1) / 2 + 1),
                ReadOrder = (ReadOrder)random.Next(2),
                Clip = random.Next(3) == 0 ? null : 5 * random.NextDouble() + 0.1,
            },
            seed);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 25)];

    private static void CompareWithPlainLoops(NtmOptions options, int seed)
    {
        const int Batch = 3;
        using var scope = NewDisposeScope();
        using var cell = new NtmCell(options, seed: seed);
        cell.to(float64);
        // Larger weights than fresh ones, so that gates, shifts and strengths are far from their middle.
        using (no_grad())
        {
            foreach (var (_, parameter) in cell.named_parameters())
                parameter.mul_(2).add_(Numbers.Uniform(seed + 1, parameter.shape, 0.5));
        }

        var plain = new PlainNtm(cell);
        var state = Machines.RandomState(options, seed, Batch);
        for (var t = 0; t < 3; t++)
        {
            var input = Numbers.Uniform(seed + 10 + t, [Batch, options.InputSize], 2);
            var expected = Enumerable.Range(0, Batch).Select(b => plain.Step(Numbers.Values(input[b]), PlainState.Of(state, b))).ToList();
            using var trace = TraceOfOneStep(cell, input, state);
            (var logits, state) = cell.forward(input, state);
            for (var b = 0; b < Batch; b++)
            {
                var step = expected[b];
                AssertClose.Equal(step.Logits, logits[b], Tolerance, $"step {t}, logits of {b}");
                foreach (var ((name, actual), values) in AssertClose.Parts(state).Zip(Flat(step.State)))
                    AssertClose.Equal(values, actual[b], Tolerance, $"step {t}, {name} of {b}");
                AssertClose.Equal(Flat(step.Erases), trace.Erases[0, b], Tolerance, $"step {t}, erases of {b}");
                AssertClose.Equal(Flat(step.Adds), trace.Adds[0, b], Tolerance, $"step {t}, adds of {b}");
            }
        }
    }

    private static NtmTrace TraceOfOneStep(NtmCell cell, Tensor input, NtmState state)
    {
        // The machine would own the cell: it is not disposed, the cell is.
        var machine = new NeuralTuringMachine(cell) { Engine = EngineKind.Reference };
        return machine.Trace(input.unsqueeze(0), state);
    }

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(r => r)];

    private static List<double[]> Flat(PlainState state) =>
        [.. state.Controller, Flat(state.Memory), Flat(state.Reads), Flat(state.ReadWeightings), Flat(state.WriteWeightings)];

    [Fact]
    public void Stepping_the_cell_equals_the_sequence_module()
    {
        using var scope = NewDisposeScope();
        using var machine = Machines.Create(o => (o.ReadHeads, o.WriteHeads) = (2, 2));
        var inputs = Machines.Inputs(machine.Options, 3, steps: 5, batch: 2);
        var (expected, final) = machine.forward(inputs);
        var state = machine.Cell.InitialState(2);
        for (var t = 0; t < 5; t++)
        {
            (var logits, state) = machine.Cell.forward(inputs[t], state);
            AssertClose.Equal(expected[t], logits, 1e-13, $"logits of step {t}");
        }

        AssertClose.Equal(final, state, 1e-13);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1L << 31)]
    [InlineData(1L << 40)]
    public void A_batch_that_no_engine_can_hold_is_refused(long batchSize)
    {
        using var machine = Machines.Create();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => machine.InitialState(batchSize));
        Assert.Equal("batchSize", error.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => machine.Cell.InitialState(batchSize));
    }

    [Fact]
    public void Options_are_copied_in_and_out()
    {
        var options = Machines.Options();
        using var cell = new NtmCell(options, seed: 1);
        options.InputSize = 77;
        cell.Options.OutputSize = 88;
        Assert.Equal(3, cell.Options.InputSize);
        Assert.Equal(2, cell.Options.OutputSize);
    }
}
