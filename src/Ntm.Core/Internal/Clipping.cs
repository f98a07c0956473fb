using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>Clipping to plus and minus a bound, or none.</summary>
internal static class Clipping
{
    public static Tensor Clip(Tensor values, double? bound)
    {
        if (bound is not { } limit)
            return values;
        // Kept to the end of the call, see Scalars.
        using Scalar low = -limit, high = limit;
        return values.clamp(low, high);
    }
}
