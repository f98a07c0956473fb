using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Compares engines on a configuration.</summary>
internal static class Parity
{
    /// <summary>Runs of the reference in float32 from which its rounding error is estimated.</summary>
    private const int RoundingRuns = 6;

    /// <summary>
    /// For each value, an engine's distance to the reference in float64; and, where any is beyond the tolerance, the reference's own in
    /// float32, else 0. Where the engine is further away than that, it is the largest of several runs whose parameters and loss weights differ in the last bit: a
    /// single run may be near by chance, most of all for values of a few elements.
    /// </summary>
    /// <param name="c">The configuration.</param>
    /// <param name="tolerance">The tolerance.</param>
    /// <param name="prepare">Changes parameters, inputs or state first, if given.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="setUp">Sets a machine up for the engine, if given.</param>
    public static List<(string Name, double Distance, double Reference)> Compare(
        ParityCase c, double tolerance, Func<NeuralTuringMachine, ParityData, ParityData>? prepare = null, EngineKind engine = EngineKind.Cpu,
        Action<NeuralTuringMachine>? setUp = null)
    {
        using var scope = NewDisposeScope();
        // Small tensors gain nothing from torch's threads, which spin between operations.
        set_num_threads(1);
        using var machine = new NeuralTuringMachine(c.Options, seed: c.Seed);
        var data = ParityData.Of(c, machine);
        using (no_grad())
        {
            ShakeBiases(machine, c.Seed);
            data = prepare?.Invoke(machine, data) ?? data;
        }

        var exact = ParityRun.Of(machine, data, ScalarType.Float64, EngineKind.Reference);
        var distances = ParityRun.Of(machine, data, ScalarType.Float32, engine, prepare: setUp).DistancesTo(exact).ToList();
        if (distances.All(d => d.Distance < tolerance))
            return [.. distances.Select(d => (d.Name, d.Distance, 0.0))];
        var largest = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Reference).DistancesTo(exact).ToDictionary(d => d.Name, d => d.Distance);
        if (distances.Any(d => d.Distance >= tolerance && d.Distance >= largest[d.Name]))
            EnlargeRoundingErrors(machine, data, exact, largest);
        return [.. distances.Select(d => (d.Name, d.Distance, largest[d.Name]))];
    }

    /// <summary>Biases and initial states start at zero, where a missing derivative of tanh would not show.</summary>
    private static void ShakeBiases(NeuralTuringMachine machine, int seed)
    {
        using var generator = new Generator((ulong)seed);
        foreach (var (name, parameter) in machine.named_parameters())
            if (!name.Contains("weight_", StringComparison.Ordinal) && !name.EndsWith(".weight", StringComparison.Ordinal))
                parameter.add_(randn(parameter.shape, generator: generator) * 0.2);
    }

    private static void EnlargeRoundingErrors(NeuralTuringMachine machine, ParityData data, ParityRun exact, Dictionary<string, double> largest)
    {
        using var generator = new Generator(1);
        for (var run = 1; run < RoundingRuns; run++)
        {
            using (no_grad())
                foreach (var parameter in machine.parameters())
                    parameter.mul_(1 + (rand(parameter.shape, generator: generator) - 0.5) * 1.2e-7);
            // The output's bias knows nothing but these: its gradient is their sum, which may cancel.
            var shaken = data with { LogitWeights = data.LogitWeights * (1 + (rand(data.LogitWeights.shape, generator: generator) - 0.5) * 1.2e-7) };
            foreach (var (name, distance) in ParityRun.Of(machine, shaken, ScalarType.Float32, EngineKind.Reference).DistancesTo(exact))
                largest[name] = Math.Max(largest[name], distance);
        }
    }
}
