using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>The layers of a built-in controller, each above the one before.</summary>
internal static class LayerStack
{
    /// <summary>Makes the layers, the lowest first.</summary>
    /// <param name="inputSize">Width of the controller's input.</param>
    /// <param name="size">Units per layer.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="create">Makes a layer of a width of its input.</param>
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
