using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>The work of a <see cref="GraphNode"/>.</summary>
internal interface IGraphCall
{
    /// <summary>Takes what it needs from the node while the graph is built.</summary>
    void Enter(NodeHandle node);

    /// <summary>Returns the gradients of the arguments, which live until the next node's; <see langword="null"/> for none. Does not throw.</summary>
    /// <param name="gradients">Handles of the outputs' gradients, which the call disposes; 0 for zero.</param>
    IReadOnlyList<Tensor?> Backward(ReadOnlySpan<nint> gradients);

    /// <summary>Gives everything back, because the node is gone. Does not throw.</summary>
    void Release();
}
