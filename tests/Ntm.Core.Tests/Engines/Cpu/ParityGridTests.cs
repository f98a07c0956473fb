namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>The CPU engine against the reference engine in float64: everything that comes out, every gradient.</summary>
/// <remarks>
/// Float32 itself is not always within 1e-5 of float64. Where a gradient is a sum that cancels (the read heads' with a constant memory,
/// whose locations are all alike; a layer of one unit), rounding the terms is all that is left of it, and the reference engine in
/// float32 is as far away. Each value must therefore be within 1e-5, or within a few times the reference's own float32 error; and
/// the second may be needed rarely only. A wrong or missing term is off by far more than either.
/// </remarks>
public class ParityGridTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-5;

    /// <summary>How much further than the reference in float32 the engine may be where float32 does not reach the tolerance.</summary>
    private const double RoundingFactor = 8;

    /// <summary>The largest share of values for which that may be needed.</summary>
    private const double IllConditionedShare = 0.05;

    [Fact]
    public void Random_configurations_agree_with_the_reference()
    {
        var firstSeed = Environment.GetEnvironmentVariable("NTM_PARITY_SEED") is { } seed ? int.Parse(seed) : Random.Shared.Next(1_000_000_000);
        var count = Environment.GetEnvironmentVariable("NTM_PARITY_COUNT") is { } number ? int.Parse(number) : 200;
        output.WriteLine($"NTM_PARITY_SEED={firstSeed} NTM_PARITY_COUNT={count}");
        var failures = new List<string>();
        var (values, illConditioned, worst) = (0, 0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var c = ParityCase.Draw(firstSeed + i);
            foreach (var (name, distance, reference) in Parity.Compare(c, Tolerance))
            {
                values++;
                if (distance < Tolerance)
                {
                    worst = Math.Max(worst, distance);
                    continue;
                }

                illConditioned++;
                if (!(distance < RoundingFactor * reference))
                    failures.Add($"{name} is off by {distance:E2}, the reference in float32 by {reference:E2}: {c}");
            }
        }

        output.WriteLine($"{values} values, {illConditioned} ill-conditioned; the others within {worst:E2}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(illConditioned <= IllConditionedShare * values, $"{illConditioned} of {values} values are beyond {Tolerance}.");
    }
}
