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
        var tensors = state.Handles;
        var isRead = Place is not { IsRead: false };
        for (var i = 0; i < tensors.Length; i++)
            if (tensors[i].IsInvalid || (isRead && TensorVersion.Of(tensors[i]) != Versions[i]))
                return false;
        return true;
    }
}
