using System.Collections.Immutable;

namespace Ntm.Core.Serialization;

/// <summary>One named tensor of a safetensors file: contiguous, row-major, little-endian.</summary>
public sealed class SafeTensor
{
    /// <summary>The maximum number of dimensions of a tensor, which is the limit of torch's own operations.</summary>
    public const int MaxRank = 64;

    internal const string MetadataName = "__metadata__";

    /// <summary>Describes a tensor; the data is not copied.</summary>
    /// <param name="name">Any text except the empty one and <c>__metadata__</c>, which the format reserves.</param>
    /// <param name="dtype">The type of the elements.</param>
    /// <param name="shape">Sizes of the dimensions, each 0 or more, at most <see cref="MaxRank"/>; empty for a scalar.</param>
    /// <param name="data">The elements: their number times <see cref="SafeTensorsDTypes.ByteSize"/> bytes.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dtype"/> is not a defined value.</exception>
    /// <exception cref="ArgumentException">The name is reserved, empty or not valid Unicode, the shape is negative, too long or too large,
    /// or the data does not have the length that dtype and shape require.</exception>
    public SafeTensor(string name, SafeTensorsDType dtype, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        JsonText.ThrowIfNotUnicode(name, nameof(name));
        if (name == MetadataName)
            throw new ArgumentException($"A tensor cannot be named {MetadataName}; the format reserves this name.", nameof(name));
        if (shape.Length > MaxRank)
            throw new ArgumentException($"Tensor {name} has {shape.Length} dimensions; expected at most {MaxRank}.", nameof(shape));
        if (shape.ContainsAnyInRange(long.MinValue, -1))
            throw new ArgumentException($"Tensor {name} has shape {ShapeText(shape)}; expected sizes of 0 or more.", nameof(shape));
        if (!SafeTensorsDTypes.TryGetByteCount(dtype, shape, out long byteCount))
            throw new ArgumentException($"Tensor {name} has shape {ShapeText(shape)}; its bytes overflow 63 bits.", nameof(shape));
        if (data.Length != byteCount)
        {
            throw new ArgumentException(
                $"Tensor {name}, {dtype.WireName()} of shape {ShapeText(shape)}, has {data.Length} bytes of data; expected {byteCount}.",
                nameof(data));
        }

        Name = name;
        DType = dtype;
        Shape = [.. shape];
        Data = data;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public SafeTensorsDType DType { get; }

    /// <summary>The sizes of the dimensions, outermost first; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The elements, row-major and little-endian; empty if a dimension is 0.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Returns name, type and shape, such as <c>memory.bias F32 [128, 20]</c>.</summary>
    public override string ToString() => $"{Name} {DType.WireName()} {ShapeText(Shape.AsSpan())}";

    internal static string ShapeText(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
