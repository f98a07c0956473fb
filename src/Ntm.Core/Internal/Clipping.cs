using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>Clipping to plus and minus a bound, or none.</summary>
internal static class Clipping
{
    public static Tensor Clip(Tensor values, double? bound) => bound is { } limit ? values.clamp(-limit, limit) : values;
}
