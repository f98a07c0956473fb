using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Chooses the fastest engine that supports a cell in its current state.</summary>
internal static class EngineSelection
{
    /// <param name="cell">The cell.</param>
    /// <param name="machine">The whole-sequence engine's view of the cell; <see langword="null"/> if the reference engine is chosen.</param>
    public static EngineChoice Choose(NtmCell cell, out SequenceMachine? machine)
    {
        machine = null;
        if (cell.Engine == EngineKind.Reference)
            return new EngineChoice(EngineKind.Reference, "explicitly requested");
        (machine, var kind, var reason) = View(cell);
        if (machine is null)
            return new EngineChoice(EngineKind.Reference, $"the {Name(kind)} engine does not support this model: {reason}");
        var place = kind == EngineKind.Cpu ? "the CPU" : "CUDA";
        return new EngineChoice(kind, cell.Engine == EngineKind.Auto ? $"float32 on {place} with built-in parts" : "explicitly requested");
    }

    /// <summary>Returns the whole-sequence engine for a cell, which is the requested one or else the one for its device, and its view of the cell in its
    /// current
    /// state, or the reason why there is none.</summary>
    public static (SequenceMachine? Machine, EngineKind Kind, string Reason) View(NtmCell cell)
    {
        var onDevice = cell.Output.Weight.device_type == DeviceType.CUDA;
        var kind = cell.Engine == EngineKind.Cuda || (onDevice && cell.Engine != EngineKind.Cpu) ? EngineKind.Cuda : EngineKind.Cpu;
        SequenceMachine? machine;
        string reason;
        if (kind == EngineKind.Cuda)
            (machine, reason) = cell.Cuda();
        else
            (machine, reason) = cell.Cpu();
        return machine?.Obstacle() is { } obstacle ? (null, kind, obstacle) : (machine, kind, reason);
    }

    /// <summary>Returns what a cell's single steps share if the CPU engine computes them; otherwise <see langword="null"/>.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="state">The state before the step.</param>
    public static StepPool? Steps(NtmCell cell, NtmState? state)
    {
        if (cell.Engine is EngineKind.Reference or EngineKind.Cuda || cell.Output.Weight.device_type != DeviceType.CPU)
            return null;
        // Tensors that are created in inference mode do not count their changes.
        if (cell.Cpu().Machine is not { Steps: { } steps } machine || is_inference_mode_enabled())
            return null;
        // Parameters that are the same as in the step before have been looked at then.
        return (state?.Origin?.Pool == steps && steps.KnowsParameters()) || machine.Obstacle() is null ? steps : null;
    }

    /// <summary>Returns an engine's name for messages.</summary>
    public static string Name(EngineKind kind) => kind == EngineKind.Cuda ? "CUDA" : "CPU";

    /// <param name="cell">The cell.</param>
    /// <param name="inputs"><c>[T, B, I]</c>, checked.</param>
    /// <param name="state">The state before the first step, checked; <see langword="null"/> for the cell's initial state.</param>
    /// <param name="lengths">Each sequence's length, checked; empty if there is no padding.</param>
    public static (Tensor Logits, NtmState State) Forward(NtmCell cell, Tensor inputs, NtmState? state, int[] lengths)
    {
        Choose(cell, out var machine);
        var dropout = cell.TakeDropout(inputs.size(1));
        return machine is null
            ? ReferenceEngine.Forward(cell, inputs, state ?? cell.InitialState(inputs.size(1)), lengths, dropout)
            : SequenceEngine.Forward(machine, inputs, state, lengths, dropout, cell.Threads);
    }

    /// <summary>Computes sequences, without dropout, and records what the heads do in every step.</summary>
    public static NtmTrace Trace(NtmCell cell, Tensor inputs, NtmState? state)
    {
        Choose(cell, out var machine);
        return machine is null
            ? ReferenceEngine.Trace(cell, inputs, state ?? cell.InitialState(inputs.size(1)))
            : SequenceEngine.Trace(machine, inputs, state, cell.Threads);
    }
}
