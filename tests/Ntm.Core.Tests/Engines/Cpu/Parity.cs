using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Compares an engine with the reference engine in float64 on one configuration: all outputs and every gradient.</summary>
/// <remarks>
/// Float32 itself is not always within 1e-5 of float64. Where a gradient is a sum that cancels (the read heads' with a constant memory,
/// whose locations are all alike; a layer of one unit), rounding the terms is all that is left of it, and the reference engine in
/// float32 is as far away. Each value must therefore be within 1e-5, or within a few times what rounding does to the reference. A wrong
/// or missing term is off by far more than either. Rounding depends on the order of the sums as well, which is each engine's own: a sum
/// of n terms one after the other is off as if each term were off by about sqrt(n) roundings, while torch's sum of the same terms in
/// many parts may be off by one. That is why the estimate moves the terms by that much.
/// </remarks>
internal static class Parity
{
    public const double Tolerance = 1e-5;

    /// <summary>The allowed ratio of the engine's distance to that of the reference in float32, if float32 does not reach the tolerance.</summary>
    private const double RoundingFactor = 8;

    /// <summary>The largest relative error of one rounding to float32.</summary>
    private const double Rounding = 1.0 / (1 << 24);

    /// <summary>Runs of the reference in float32 from which its rounding error is estimated.</summary>
    private const int RoundingRuns = 6;

    /// <summary>
    /// For each value, an engine's distance to the reference in float64; and, where any is beyond the tolerance, the reference's own in
    /// float32, else 0. Where the engine is further away than that, it is the largest of several runs whose parameters and loss weights
    /// differ by the rounding of a sum: a single run may be near by chance, most of all for values of a few elements.
    /// </summary>
    /// <param name="c">The configuration.</param>
    /// <param name="prepare">Changes parameters, inputs or state first, if given.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="setUp">Sets a machine up for the engine, if given.</param>
    public static List<(string Name, double Distance, double Reference)> Compare(
        ParityCase c, Func<NeuralTuringMachine, ParityData, ParityData>? prepare = null, EngineKind engine = EngineKind.Cpu,
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
        if (distances.All(d => d.Distance < Tolerance))
            return [.. distances.Select(d => (d.Name, d.Distance, 0.0))];
        var largest = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Reference).DistancesTo(exact).ToDictionary(d => d.Name, d => d.Distance);
        if (distances.Any(d => d.Distance >= Tolerance && d.Distance >= largest[d.Name]))
            EnlargeRoundingErrors(machine, data, Rounding * Math.Sqrt(LongestSum(c)), exact, largest);
        return [.. distances.Select(d => (d.Name, d.Distance, largest[d.Name]))];
    }

    /// <summary>Tells whether a value is close enough.</summary>
    /// <param name="distance">The engine's distance.</param>
    /// <param name="reference">The distance of the reference in float32.</param>
    public static bool Agrees(double distance, double reference) => distance < Math.Max(Tolerance, RoundingFactor * reference);

    /// <summary>Biases and initial states start at zero, where a missing derivative of tanh would not show.</summary>
    private static void ShakeBiases(NeuralTuringMachine machine, int seed)
    {
        using var generator = new Generator((ulong)seed);
        foreach (var (name, parameter) in machine.named_parameters())
            if (!name.Contains("weight_", StringComparison.Ordinal) && !name.EndsWith(".weight", StringComparison.Ordinal))
                parameter.add_(randn(parameter.shape, generator: generator) * 0.2);
    }

    /// <summary>The number of terms of the longest sum of a pass, forward or backward.</summary>
    private static int LongestSum(ParityCase c)
    {
        var o = c.Options;
        var head = o.MemoryWidth + 3 + 2 * o.ShiftRange + 1;
        return new[]
        {
            o.ReadHeads * head + o.WriteHeads * (head + 2 * o.MemoryWidth), // a hidden unit's gradient, from the heads
            4 * o.ControllerSize, // a unit's gradient, from the gates of the next step
            o.InputSize + o.ReadHeads * o.MemoryWidth + o.ControllerSize, // a gate
            o.MemoryLocations, // a weighting's sum
            c.Steps * c.Batch, // a parameter's gradient
        }.Max();
    }

    private static void EnlargeRoundingErrors(NeuralTuringMachine machine, ParityData data, double error, ParityRun exact, Dictionary<string, double> largest)
    {
        using var generator = new Generator(1);
        for (var run = 1; run < RoundingRuns; run++)
        {
            using var shaken = new NeuralTuringMachine(machine.Options, seed: 0);
            shaken.load_state_dict(machine.state_dict());
            using (no_grad())
                foreach (var parameter in shaken.parameters())
                    parameter.mul_(1 + (rand(parameter.shape, generator: generator) - 0.5) * (2 * error));
            // The output's bias depends on nothing else: its gradient is their sum, which may cancel.
            var weights = data.LogitWeights * (1 + (rand(data.LogitWeights.shape, generator: generator) - 0.5) * (2 * error));
            foreach (var (name, distance) in ParityRun.Of(shaken, data with { LogitWeights = weights }, ScalarType.Float32, EngineKind.Reference).DistancesTo(exact))
                largest[name] = Math.Max(largest[name], distance);
        }
    }
}
