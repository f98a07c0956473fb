using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// What a backward pass returns: autograd copies the handles only after it has returned, so that they live until the next pass on the
/// same thread, outside of all dispose scopes.
/// </summary>
internal static class ReturnedGradients
{
    private const int Functions = 2;

    [ThreadStatic] private static Queue<List<Tensor?>>? _returned;

    /// <param name="gradients">The gradients; <see langword="null"/> for none.</param>
    public static List<Tensor> Keep(List<Tensor?> gradients)
    {
        _returned ??= new Queue<List<Tensor?>>();
        while (_returned.Count >= Functions)
            _returned.Dequeue().ForEach(t => t?.Dispose());
        gradients.ForEach(t => t?.DetachFromDisposeScope());
        _returned.Enqueue(gradients);
        return gradients!;
    }
}
