namespace Ntm.Core.Serialization;

/// <summary>The sizes and wire names of <see cref="SafeTensorsDType"/>.</summary>
public static class SafeTensorsDTypes
{
    private static readonly Dictionary<string, SafeTensorsDType> ByWireName =
        Enum.GetValues<SafeTensorsDType>().ToDictionary(WireName, StringComparer.Ordinal);

    internal static string AllWireNames { get; } = string.Join(", ", ByWireName.Keys);

    /// <summary>Returns the size of one element in bytes: 1, 2, 4 or 8.</summary>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dtype"/> is not a defined value.</exception>
    public static int ByteSize(this SafeTensorsDType dtype) => dtype switch
    {
        SafeTensorsDType.F64 or SafeTensorsDType.I64 or SafeTensorsDType.U64 => 8,
        SafeTensorsDType.F32 or SafeTensorsDType.I32 or SafeTensorsDType.U32 => 4,
        SafeTensorsDType.F16 or SafeTensorsDType.BF16 or SafeTensorsDType.I16 or SafeTensorsDType.U16 => 2,
        SafeTensorsDType.I8 or SafeTensorsDType.U8 or SafeTensorsDType.Bool => 1,
        _ => throw Undefined(dtype),
    };

    /// <summary>Returns the name that a file's header uses, such as <c>F32</c> or <c>BOOL</c>.</summary>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dtype"/> is not a defined value.</exception>
    public static string WireName(this SafeTensorsDType dtype) => dtype switch
    {
        SafeTensorsDType.F64 => "F64",
        SafeTensorsDType.F32 => "F32",
        SafeTensorsDType.F16 => "F16",
        SafeTensorsDType.BF16 => "BF16",
        SafeTensorsDType.I64 => "I64",
        SafeTensorsDType.I32 => "I32",
        SafeTensorsDType.I16 => "I16",
        SafeTensorsDType.I8 => "I8",
        SafeTensorsDType.U64 => "U64",
        SafeTensorsDType.U32 => "U32",
        SafeTensorsDType.U16 => "U16",
        SafeTensorsDType.U8 => "U8",
        SafeTensorsDType.Bool => "BOOL",
        _ => throw Undefined(dtype),
    };

    internal static bool TryParse(string wireName, out SafeTensorsDType dtype) => ByWireName.TryGetValue(wireName, out dtype);

    /// <summary>Computes the number of bytes of a tensor; returns false if the number, or the strides of an empty tensor, would overflow.</summary>
    internal static bool TryGetByteCount(SafeTensorsDType dtype, ReadOnlySpan<long> shape, out long byteCount)
    {
        // An empty dimension must not hide an overflow of the others, in any order.
        Int128 extent = dtype.ByteSize();
        bool empty = false;
        foreach (long size in shape)
        {
            empty |= size == 0;
            extent *= Math.Max(size, 1);
            if (extent > long.MaxValue)
            {
                byteCount = 0;
                return false;
            }
        }

        byteCount = empty ? 0 : (long)extent;
        return true;
    }

    private static ArgumentOutOfRangeException Undefined(SafeTensorsDType dtype) =>
        new(nameof(dtype), dtype, $"The element type is not known; expected one of {AllWireNames}.");
}
