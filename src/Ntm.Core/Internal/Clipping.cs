using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>Clips values to plus and minus a bound, or not at all.</summary>
internal static class Clipping
{
    public static Tensor Clip(Tensor values, double? bound)
    {
        if (bound is not { } limit)
            return values;
        // Kept alive to the end of the call, see Scalars.
        using Scalar low = -limit, high = limit;
        return values.clamp(low, high);
    }
}
