using Ntm.Core.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Chooses the fastest engine that supports a cell as it now is.</summary>
internal static class EngineSelection
{
    /// <param name="cell">The cell.</param>
    /// <param name="cpu">The CPU engine's view of it, if that is the choice.</param>
    public static EngineChoice Choose(NtmCell cell, out CpuMachine? cpu)
    {
        cpu = null;
        if (cell.Engine == EngineKind.Reference)
            return new EngineChoice(EngineKind.Reference, "asked for");
        var (machine, reason) = cell.Cpu();
        if (machine?.Obstacle() is { } obstacle)
            (machine, reason) = (null, obstacle);
        if (machine is null)
            return new EngineChoice(EngineKind.Reference, $"the CPU engine does not support this model: {reason}");
        cpu = machine;
        return new EngineChoice(EngineKind.Cpu, cell.Engine == EngineKind.Cpu ? "asked for" : "float32 on the CPU with built-in parts");
    }

    /// <param name="cell">The cell.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, checked.</param>
    /// <param name="state">The state before the first step, checked; <see langword="null"/> for the cell's own.</param>
    public static (Tensor Logits, NtmState State) Forward(NtmCell cell, Tensor inputs, NtmState? state)
    {
        Choose(cell, out var cpu);
        return cpu is null
            ? ReferenceEngine.Forward(cell, inputs, state ?? cell.InitialState(inputs.size(1)))
            : CpuEngine.Forward(cpu, inputs, state, cell.Threads);
    }

    /// <inheritdoc cref="Forward"/>
    public static NtmTrace Trace(NtmCell cell, Tensor inputs, NtmState? state)
    {
        Choose(cell, out var cpu);
        return cpu is null
            ? ReferenceEngine.Trace(cell, inputs, state ?? cell.InitialState(inputs.size(1)))
            : CpuEngine.Trace(cpu, inputs, state, cell.Threads);
    }
}
