using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Compares engines on a configuration.</summary>
internal static class Parity
{
    /// <summary>
    /// For each value, the CPU engine's distance to the reference in float64; and, where any is beyond the tolerance, the reference's own in
    /// float32, else 0.
    /// </summary>
    /// <param name="c">The configuration.</param>
    /// <param name="tolerance">The tolerance.</param>
    /// <param name="prepare">Changes parameters, inputs or state first, if given.</param>
    public static List<(string Name, double Distance, double Reference)> Compare(
        ParityCase c, double tolerance, Func<NeuralTuringMachine, ParityData, ParityData>? prepare = null)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(c.Options, seed: c.Seed);
        var data = ParityData.Of(c, machine);
        using (no_grad())
            data = prepare?.Invoke(machine, data) ?? data;
        var exact = ParityRun.Of(machine, data, ScalarType.Float64, EngineKind.Reference);
        var distances = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Cpu).DistancesTo(exact).ToList();
        if (distances.All(d => d.Distance < tolerance))
            return [.. distances.Select(d => (d.Name, d.Distance, 0.0))];
        var single = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Reference).DistancesTo(exact);
        return [.. distances.Zip(single).Select(p => (p.First.Name, p.First.Distance, p.Second.Distance))];
    }
}
