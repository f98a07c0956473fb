using System.Collections.Immutable;

namespace Ntm.Core.Serialization;

/// <summary>A tensor of a file that is read in slices: its header's entry, without the data.</summary>
public sealed class SafeTensorInfo
{
    internal SafeTensorInfo(SafeTensorsEntry entry) =>
        (Name, DType, Shape, Begin, ByteCount) = (entry.Name, entry.DType, entry.Shape, entry.Begin, entry.End - entry.Begin);

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public SafeTensorsDType DType { get; }

    /// <summary>The sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of bytes of all elements.</summary>
    public long ByteCount { get; }

    /// <summary>The first of its bytes, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Returns name, type and shape, such as <c>inputs F32 [20, 1000, 8]</c>.</summary>
    public override string ToString() => $"{Name} {DType.WireName()} {SafeTensor.ShapeText(Shape.AsSpan())}";
}
