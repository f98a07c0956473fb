using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Chooses the fastest engine that supports a cell as it now is.</summary>
internal static class EngineSelection
{
    /// <param name="cell">The cell.</param>
    /// <param name="machine">The whole-sequence engine's view of it; <see langword="null"/> if the reference engine is the choice.</param>
    public static EngineChoice Choose(NtmCell cell, out SequenceMachine? machine)
    {
        machine = null;
        if (cell.Engine == EngineKind.Reference)
            return new EngineChoice(EngineKind.Reference, "asked for");
        var cuda = cell.Engine == EngineKind.Cuda || (cell.Engine == EngineKind.Auto && cell.Output.Weight.device_type == DeviceType.CUDA);
        (machine, var reason) = cuda ? Widen(cell.Cuda()) : Widen(cell.Cpu());
        if (machine?.Obstacle() is { } obstacle)
            (machine, reason) = (null, obstacle);
        var name = cuda ? "CUDA" : "CPU";
        if (machine is null)
            return new EngineChoice(EngineKind.Reference, $"the {name} engine does not support this model: {reason}");
        return new EngineChoice(
            cuda ? EngineKind.Cuda : EngineKind.Cpu, cell.Engine == EngineKind.Auto ? $"float32 on {(cuda ? "CUDA" : "the CPU")} with built-in parts" : "asked for");

        static (SequenceMachine? Machine, string Reason) Widen<T>((T? Machine, string Reason) view)
            where T : SequenceMachine => view;
    }

    /// <param name="cell">The cell.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, checked.</param>
    /// <param name="state">The state before the first step, checked; <see langword="null"/> for the cell's own.</param>
    public static (Tensor Logits, NtmState State) Forward(NtmCell cell, Tensor inputs, NtmState? state)
    {
        Choose(cell, out var machine);
        return machine is null
            ? ReferenceEngine.Forward(cell, inputs, state ?? cell.InitialState(inputs.size(1)))
            : SequenceEngine.Forward(machine, inputs, state, cell.Threads);
    }

    /// <inheritdoc cref="Forward"/>
    public static NtmTrace Trace(NtmCell cell, Tensor inputs, NtmState? state)
    {
        Choose(cell, out var machine);
        return machine is null
            ? ReferenceEngine.Trace(cell, inputs, state ?? cell.InitialState(inputs.size(1)))
            : SequenceEngine.Trace(machine, inputs, state, cell.Threads);
    }
}
