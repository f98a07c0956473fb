using System.Globalization;
using System.Runtime.InteropServices;
using Ntm.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>Checks what tensors on the CPU hold. On another device a look at the values would wait for it, and nothing is checked.</summary>
internal static class TensorCheck
{
    /// <exception cref="ArgumentException">A target is not in 0..1.</exception>
    public static void Unit(Tensor tensor, string argument) => Check(tensor, argument, ValueCheck.FirstOutsideUnit, "0 to 1");

    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public static void Finite(Tensor tensor, string argument) => Check(tensor, argument, ValueCheck.FirstNotFinite, "a finite number");

    /// <summary>As many values as are looked at together: a span counts its bytes in 32 bits.</summary>
    private const long Part = 1 << 28;

    private delegate int Search(ReadOnlySpan<float> values);

    private static void Check(Tensor tensor, string argument, Search search, string expected)
    {
        if (tensor.device_type != DeviceType.CPU)
            return;
        using var scope = NewDisposeScope();
        var flat = tensor.detach().to(ScalarType.Float32).reshape(-1);
        for (long start = 0; start < flat.numel(); start += Part)
        {
            var part = flat.narrow(0, start, Math.Min(Part, flat.numel() - start));
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(part.bytes);
            if (search(values) is var place and >= 0)
                throw Bad(tensor.shape, argument, values[place], start + place, expected);
        }
    }

    private static ArgumentException Bad(long[] shape, string argument, float value, long place, string expected)
    {
        var index = new long[shape.Length];
        for (var d = index.Length - 1; d >= 0; d--)
            (place, index[d]) = (place / shape[d], place % shape[d]);
        return new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"{argument} is {value} at [{string.Join(", ", index)}]; expected {expected}."), argument);
    }
}
