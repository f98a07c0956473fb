using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>Computations that the built-in banks share on their linear layer.</summary>
internal static class HeadLayer
{
    /// <summary>The gain of the Xavier-uniform initialization, the same as in pytorch-ntm (loudinthecloud).</summary>
    public const double Gain = 1.4;

    /// <summary>Computes the clipped outputs of the layer, <c>[B, h, outputs / h]</c>.</summary>
    public static Tensor Parameters(LinearLayer layer, Tensor controllerOutput, int heads, double? clip) =>
        Clipping.Clip(layer.forward(controllerOutput), clip).view(controllerOutput.size(0), heads, -1);
}
