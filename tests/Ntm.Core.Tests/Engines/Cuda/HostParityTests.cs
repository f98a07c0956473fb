using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Engines.Cpu;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>The CUDA engine, with its kernels on the host, compared with the reference engine in float64.</summary>
public class HostParityTests(ITestOutputHelper output)
{
    /// <summary>Bytes of shared memory that leave room for nothing beyond what every block needs.</summary>
    private const int Least = 2 << 10;

    [Fact]
    public void Random_configurations_agree_with_the_reference() => ParityGrid.Run(output, count: 40, (drawn, seed) =>
    {
        // Fibers are slow: a few samples show what many do.
        var c = drawn with { Batch = Math.Min(drawn.Batch, 6) };
        var runtime = Draw(new Random(seed));
        return ($"{runtime.Limits}, {c}", Compare(c, runtime));
    });

    /// <summary>Most logits and head outputs are beyond so small a bound, which the random configurations seldom reach.</summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    public void A_clip_that_bites_agrees_with_the_reference(double clip)
    {
        var runtime = HostLibrary.Runtime();
        var options = Support.Machines.Options(o => o.Clip = clip);
        var c = new ParityCase(options, Steps: 5, Batch: 3, GivenState: false, FinalStateInLoss: true, Masked: false, Seed: 5);
        foreach (var (name, distance, reference) in Compare(c, runtime))
            Assert.True(Parity.Agrees(distance, reference), $"{name}: off by {distance:E2}, the reference in float32 by {reference:E2}");
    }

    /// <summary>See <see cref="AdversarialTests.Gates_that_close_on_zero_weightings"/>.</summary>
    [Fact]
    public void Gates_that_close_on_zero_weightings_agree_with_the_reference()
    {
        var runtime = HostLibrary.Runtime();
        var c = new ParityCase(Support.Machines.Options(o => o.Clip = null), Steps: 4, Batch: 3, GivenState: true, FinalStateInLoss: true, Masked: false, Seed: 5);
        var values = Compare(c, runtime, (machine, data) =>
        {
            AdversarialTests.CloseGates(machine);
            return data with { State = AdversarialTests.WithoutWeightings(data.State!) };
        });
        foreach (var (name, distance, reference) in values)
            Assert.True(Parity.Agrees(distance, reference), $"{name}: off by {distance:E2}, the reference in float32 by {reference:E2}");
    }

    private static List<(string Name, double Distance, double Reference)> Compare(
        ParityCase c, CudaRuntime runtime, Func<NeuralTuringMachine, ParityData, ParityData>? prepare = null) =>
        Parity.Compare(c, prepare, EngineKind.Cuda, m => m.Cell.CudaRuntime = runtime);

    /// <summary>The places of arrays, the size of blocks and the chunks of the sequence are drawn as well.</summary>
    private static CudaRuntime Draw(Random random)
    {
        int[] sharedMemory = [64 << 10, 64 << 10, 16 << 10, Least];
        return HostLibrary.Runtime(
            (Schedule)random.Next(3), 32 * random.Next(1, 7), sharedMemory[random.Next(4)], random.Next(3) == 0 ? 1 : 1 << 30);
    }
}
