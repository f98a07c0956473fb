using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Creates the stacked layers of a built-in controller.</summary>
internal static class LayerStack
{
    /// <summary>Creates the layers, the lowest first.</summary>
    /// <param name="inputSize">Width of the controller's input.</param>
    /// <param name="size">Units per layer.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="create">Creates a layer from the width of its input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public static ModuleList<TLayer> Of<TLayer>(int inputSize, int size, int layers, Func<int, TLayer> create)
        where TLayer : nn.Module
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return new ModuleList<TLayer>([.. Enumerable.Range(0, layers).Select(l => create(l == 0 ? inputSize : size))]);
    }
}
