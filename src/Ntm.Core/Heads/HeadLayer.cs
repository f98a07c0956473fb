using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>What the built-in banks do with their linear layer.</summary>
internal static class HeadLayer
{
    /// <summary>Gain of the Xavier-uniform initialisation, that of pytorch-ntm (loudinthecloud).</summary>
    public const double Gain = 1.4;

    /// <summary>The clipped outputs of the layer, <c>[B, h, outputs / h]</c>.</summary>
    public static Tensor Parameters(LinearLayer layer, Tensor controllerOutput, int heads, double? clip) =>
        Clipping.Clip(layer.forward(controllerOutput), clip).view(controllerOutput.size(0), heads, -1);
}
