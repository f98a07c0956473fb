using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// What a backward pass returns: autograd copies the handles only after it has returned, so that they live until the next function on the
/// same thread returns something, outside of all dispose scopes.
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
