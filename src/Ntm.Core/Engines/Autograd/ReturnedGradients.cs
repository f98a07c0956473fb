using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// The gradients that a backward pass returns. Autograd copies the handles only after the function has returned, so the tensors live until the next
/// function on the same thread returns, outside of all dispose scopes.
/// </summary>
internal static class ReturnedGradients
{
    [ThreadStatic] private static List<Tensor?>? _returned;

    /// <param name="gradients">The gradients; <see langword="null"/> for none.</param>
    public static List<Tensor> Keep(List<Tensor?> gradients)
    {
        _returned?.ForEach(t => t?.Dispose());
        gradients.ForEach(t => t?.DetachFromDisposeScope());
        _returned = gradients;
        return gradients!;
    }
}
