using Ntm.Core.Tests.Engines.Cpu;

namespace Ntm.Core.Tests.Engines;

/// <summary>Compares an engine with the reference on random configurations. For values beyond float32's tolerance, see <see cref="Parity"/>.</summary>
internal static class ParityGrid
{
    /// <summary>
    /// The largest share of values that may be beyond the tolerance. The configuration with the most of them is left out: its values depend on each other,
    /// and with a constant memory nearly all of them may be ill-conditioned, which is more than this share of a few configurations.
    /// </summary>
    private const double IllConditionedShare = 0.05;

    /// <summary>Draws configurations and compares.</summary>
    /// <param name="output">Receives the seed and the worst distance.</param>
    /// <param name="count">The number of configurations, unless <c>NTM_PARITY_COUNT</c> overrides it.</param>
    /// <param name="compare">Compares one configuration, given with its seed. Returns a description and the distances.</param>
    public static void Run(ITestOutputHelper output, int count, Func<ParityCase, int, (string Case, IEnumerable<(string Name, double Distance, double Reference)> Values)> compare)
    {
        var firstSeed = Environment.GetEnvironmentVariable("NTM_PARITY_SEED") is { } seed ? int.Parse(seed) : Random.Shared.Next(1_000_000_000);
        count = Environment.GetEnvironmentVariable("NTM_PARITY_COUNT") is { } number ? int.Parse(number) : count;
        output.WriteLine($"NTM_PARITY_SEED={firstSeed} NTM_PARITY_COUNT={count}");
        var failures = new List<string>();
        var (values, illConditioned, most, worst) = (0, 0, 0, 0.0);
        for (var i = 0; i < count; i++)
        {
            var (what, compared) = compare(ParityCase.Draw(firstSeed + i), firstSeed + i);
            var before = illConditioned;
            foreach (var (name, distance, reference) in compared)
            {
                values++;
                if (distance < Parity.Tolerance)
                {
                    worst = Math.Max(worst, distance);
                    continue;
                }

                illConditioned++;
                if (!Parity.Agrees(distance, reference))
                    failures.Add($"{name} is off by {distance:E2}, the reference in float32 by {reference:E2}: {what}");
            }

            most = Math.Max(most, illConditioned - before);
        }

        output.WriteLine($"{values} values, {illConditioned} ill-conditioned; the others within {worst:E2}");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(illConditioned - most <= IllConditionedShare * values, $"{illConditioned} of {values} values are beyond {Parity.Tolerance}, {most} of them in one configuration.");
    }
}
