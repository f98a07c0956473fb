using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Tells which step of which machine has computed a state, so that the next step need not check and convert it.</summary>
/// <param name="Pool">The machine's pool.</param>
/// <param name="Versions">The versions of the state's tensors.</param>
/// <param name="IsFinite">Whether all values are finite.</param>
/// <param name="Place">The step's place in its chain; <see langword="null"/> without gradients.</param>
internal sealed record StepOrigin(StepPool Pool, long[] Versions, bool IsFinite, StepPlace? Place)
{
    /// <summary>Tells whether a state's tensors are unchanged since the step.</summary>
    public bool Describes(NtmState state)
    {
        var controller = state.Controller;
        for (var i = 0; i < controller.Length; i++)
            if (!IsUnchanged(controller[i], i))
                return false;
        return IsUnchanged(state.Memory, controller.Length) && IsUnchanged(state.Reads, controller.Length + 1)
            && IsUnchanged(state.ReadWeightings, controller.Length + 2) && IsUnchanged(state.WriteWeightings, controller.Length + 3);
    }

    private bool IsUnchanged(Tensor tensor, int place) => !tensor.IsInvalid && TensorVersion.Of(tensor) == Versions[place];
}

/// <summary>A step of a chain.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Segment">The segment that has its history.</param>
/// <param name="Slot">Its number in the segment.</param>
internal sealed record StepPlace(StepChain Chain, StepSegment Segment, int Slot);
