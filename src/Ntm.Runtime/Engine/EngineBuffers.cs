namespace Ntm.Runtime.Engine;

/// <summary>The data that all groups of a call read: the packed weights, and the machine's initial state.</summary>
internal sealed class EngineBuffers(MachineShape shape) : IDisposable
{
    public PackedWeights Weights { get; } = new(shape);

    /// <summary>The state before the first step, slot 0.</summary>
    public History Initial { get; } = new(shape);

    public void Dispose()
    {
        Weights.Dispose();
        Initial.Dispose();
    }
}
