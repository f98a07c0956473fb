using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// The gradients that a backward pass returns. Autograd copies the handles only after the function has returned, so the tensors live until the next
/// function on the same thread returns, outside of all dispose scopes.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic] private static List<Tensor?>? _returned;
    [ThreadStatic] private static List<Tensor?>? _shared;

    /// <param name="gradients">The gradients; <see langword="null"/> for none.</param>
    /// <param name="shared">The ones among them that have an owner, who disposes them; <see langword="null"/> for none.</param>
    public static List<Tensor> Keep(List<Tensor?> gradients, List<Tensor?>? shared = null)
    {
        foreach (var earlier in _returned ?? [])
            if (!IsShared(earlier))
                earlier?.Dispose();
        gradients.ForEach(t => t?.DetachFromDisposeScope());
        (_returned, _shared) = (gradients, shared);
        return gradients!;
    }

    /// <summary>By identity: torch's own equality compares values.</summary>
    private static bool IsShared(Tensor? gradient)
    {
        foreach (var shared in _shared ?? [])
            if (ReferenceEquals(shared, gradient))
                return true;
        return false;
    }
}
