using static TorchSharp.torch;

namespace Ntm.Core.Tests.Engines.Cpu;

/// <summary>Compares engines on a configuration.</summary>
internal static class Parity
{
    /// <summary>For each value, the CPU engine's distance to the reference in float64, and the reference's own in float32.</summary>
    /// <param name="c">The configuration.</param>
    /// <param name="prepare">Changes parameters or buffers first, if given.</param>
    public static List<(string Name, double Distance, double Reference)> Compare(ParityCase c, Action<NeuralTuringMachine>? prepare = null)
    {
        using var scope = NewDisposeScope();
        using var machine = new NeuralTuringMachine(c.Options, seed: c.Seed);
        using (no_grad())
            prepare?.Invoke(machine);
        var data = ParityData.Of(c, machine);
        var exact = ParityRun.Of(machine, data, ScalarType.Float64, EngineKind.Reference);
        var single = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Reference);
        var actual = ParityRun.Of(machine, data, ScalarType.Float32, EngineKind.Cpu);
        return [.. actual.DistancesTo(exact).Zip(single.DistancesTo(exact)).Select(p => (p.First.Name, p.First.Distance, p.Second.Distance))];
    }
}
