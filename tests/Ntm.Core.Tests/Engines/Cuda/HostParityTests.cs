using Ntm.Core.Engines.Cuda;
using Ntm.Core.Tests.Engines.Cpu;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>
/// The CUDA engine, its kernels run on the host, against the reference engine in float64: everything that comes out, every gradient.
/// The tolerances and their reasons are those of <see cref="ParityGridTests"/>.
/// </summary>
public class HostParityTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-5;
    private const double RoundingFactor = 8;
    private const double IllConditionedShare = 0.05;

    /// <summary>Bytes of shared memory that leave room for nothing beyond what every block needs.</summary>
    private const int Least = 2 << 10;

    [Fact]
    public void Random_configurations_agree_with_the_reference()
    {
        var firstSeed = Environment.GetEnvironmentVariable("NTM_PARITY_SEED") is { } seed ? int.Parse(seed) : Random.Shared.Next(1_000_000_000);
        var count = Environment.GetEnvironmentVariable("NTM_PARITY_COUNT") is { } number ? int.Parse(number) : 40;
        output.WriteLine($"NTM_PARITY_SEED={firstSeed} NTM_PARITY_COUNT={count}");
        var failures = new List<string>();
        var (values, illConditioned, worst) = (0, 0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var c = ParityCase.Draw(firstSeed + i);
            // Fibers are slow: a few samples show what many do.
            c = c with { Batch = Math.Min(c.Batch, 6) };
            var runtime = Draw(new Random(firstSeed + i));
            foreach (var (name, distance, reference) in Parity.Compare(c, Tolerance, engine: EngineKind.Cuda, setUp: m => m.Cell.CudaRuntime = runtime))
            {
                values++;
                if (distance < Tolerance)
                {
                    worst = Math.Max(worst, distance);
                    continue;
                }

                illConditioned++;
                if (!(distance < RoundingFactor * reference))
                    failures.Add($"{name} is off by {distance:E2}, the reference in float32 by {reference:E2}: {runtime.Limits}, {c}");
            }
        }

        output.WriteLine($"{values} values, {illConditioned} ill-conditioned; the others within {worst:E2}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(illConditioned <= IllConditionedShare * values, $"{illConditioned} of {values} values are beyond {Tolerance}.");
    }

    /// <summary>Most logits and head outputs are beyond so small a bound, which the random configurations seldom reach.</summary>
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    public void A_clip_that_bites_agrees_with_the_reference(double clip)
    {
        var runtime = HostLibrary.Runtime();
        var options = Support.Machines.Options(o => o.Clip = clip);
        var c = new ParityCase(options, Steps: 5, Batch: 3, GivenState: false, FinalStateInLoss: true, Masked: false, Seed: 5);
        foreach (var (name, distance, reference) in Parity.Compare(c, Tolerance, engine: EngineKind.Cuda, setUp: m => m.Cell.CudaRuntime = runtime))
            Assert.True(distance < Math.Max(Tolerance, RoundingFactor * reference), $"{name}: off by {distance:E2}, the reference in float32 by {reference:E2}");
    }

    /// <summary>Where things lie, how large blocks are and how the sequence is cut is drawn as well.</summary>
    private static CudaRuntime Draw(Random random)
    {
        int[] sharedMemory = [64 << 10, 64 << 10, 16 << 10, Least];
        return HostLibrary.Runtime(
            (Schedule)random.Next(3), 32 * random.Next(1, 7), sharedMemory[random.Next(4)], random.Next(3) == 0 ? 1 : 1 << 30);
    }
}
