using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>
/// Values at which float32 is at its end: everything stays finite, and as near to the reference in float64 as the reference in float32
/// is (see the remark at <see cref="Parity"/>).
/// </summary>
public class AdversarialTests
{
    private static readonly NtmOptions Machine = new()
    {
        InputSize = 3,
        OutputSize = 2,
        ControllerSize = 12,
        MemoryLocations = 19,
        MemoryWidth = 6,
        ReadHeads = 2,
        WriteHeads = 2,
        Memory = MemoryKind.Learned,
    };

    [Theory]
    [InlineData(1e-6)]
    [InlineData(0.0)]
    [InlineData(4.0)]
    [InlineData(30.0)]
    public void Scaled_weights(double scale) => Check(machine =>
    {
        foreach (var parameter in machine.parameters())
            parameter.mul_(scale);
    });

    [Theory]
    [InlineData(20.0)]
    [InlineData(-20.0)]
    [InlineData(60.0)]
    [InlineData(-60.0)]
    public void Saturated_head_outputs(double bias) => Check(machine =>
    {
        // Strength, gate, shift, sharpening (gamma at its bounds), erase, add: all at or beyond the clip.
        foreach (var (name, parameter) in machine.named_parameters().Where(p => p.name.EndsWith("heads.layer.bias", StringComparison.Ordinal)))
            parameter.fill_(bias);
    });

    [Fact]
    public void Saturated_controller_gates() => Check(machine =>
    {
        foreach (var (name, parameter) in machine.named_parameters().Where(p => p.name.Contains("controller.layers.0.bias", StringComparison.Ordinal)))
            parameter.copy_((randn_like(parameter) > 0).to(float32) * 60 - 30);
    });

    [Theory]
    [InlineData(null)]
    [InlineData(20.0)]
    public void One_hot_weightings_and_zero_memory_rows(double? clip)
    {
        Check(
            machine =>
            {
                foreach (var (_, parameter) in machine.named_parameters().Where(p => p.name.EndsWith("heads.layer.bias", StringComparison.Ordinal)))
                    parameter.sub_(15);
            },
            given: true,
            clip: clip,
            state: state => new NtmState(
                state.Controller, state.Memory * (arange(Machine.MemoryLocations).view(1, -1, 1) % 3 == 0), state.Reads, OneHot(state.ReadWeightings),
                OneHot(state.WriteWeightings)));
    }

    /// <remarks>Seeds are fixed: a value that rounding puts on the other side of the bound would change its gradient at a stroke.</remarks>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Clips_that_bind(int seed)
    {
        var c = ParityCase.Draw(seed);
        c.Options.Clip = 0.15;
        CheckValues(Parity.Compare(c), c.ToString());
    }

    [Fact]
    public void Memory_of_zeros() => Check(_ => { }, given: true, state: state => state.Select(t => zeros_like(t)));

    /// <summary>
    /// Weights near the number that is added before their logarithm. Only here does sharpening notice a common factor of the shifted weights, so the
    /// gradients of the shifts do not sum to zero.
    /// </summary>
    [Fact]
    public void Gates_that_close_on_zero_weightings() => Check(CloseGates, given: true, clip: null, state: WithoutWeightings);

    /// <summary>Closes the gates of all heads: with a sigmoid of -25, a weighting is a few times 1e-13.</summary>
    internal static void CloseGates(NeuralTuringMachine machine)
    {
        foreach (var (name, parameter) in machine.named_parameters().Where(p => p.name.EndsWith("heads.layer.bias", StringComparison.Ordinal)))
        {
            var heads = name.Contains("read", StringComparison.Ordinal) ? machine.Options.ReadHeads : machine.Options.WriteHeads;
            parameter.view(heads, -1).select(1, machine.Options.MemoryWidth + 1).fill_(-25);
        }
    }

    /// <summary>The state with weightings of zero.</summary>
    internal static NtmState WithoutWeightings(NtmState state) =>
        new(state.Controller, state.Memory, state.Reads, zeros_like(state.ReadWeightings), zeros_like(state.WriteWeightings));

    private static Tensor OneHot(Tensor weightings) =>
        zeros_like(weightings).scatter_(-1, weightings.argmax(-1, keepdim: true), ones_like(weightings));

    private static void Check(
        Action<NeuralTuringMachine> change, bool given = false, double? clip = 20, Func<NtmState, NtmState>? state = null)
    {
        foreach (var order in Enum.GetValues<ReadOrder>())
        {
            var options = Machine.Clone();
            (options.Clip, options.ReadOrder) = (clip, order);
            var c = new ParityCase(options, Steps: 4, Batch: 6, given, FinalStateInLoss: true, Masked: false, Seed: 5);
            var values = Parity.Compare(c, (machine, data) =>
            {
                change(machine);
                return state is null ? data : data with { State = state(data.State!) };
            });
            CheckValues(values, order.ToString());
        }
    }

    private static void CheckValues(IEnumerable<(string Name, double Distance, double Reference)> values, string where)
    {
        foreach (var (name, distance, reference) in values)
            Assert.True(Parity.Agrees(distance, reference), $"{name}, {where}: off by {distance:E2}, the reference in float32 by {reference:E2}");
    }
}
