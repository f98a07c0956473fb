using System.Collections.Immutable;

namespace Ntm.Core.Serialization;

/// <summary>The content of the header of a safetensors file, in the header's order.</summary>
internal sealed record SafeTensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafeTensorsEntry> Entries)
{
    /// <summary>The number of bytes of the length before the header.</summary>
    public const int PrefixLength = sizeof(ulong);

    /// <summary>The format's limit for the header, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The length of the shortest header, <c>{}</c>.</summary>
    public const int MinLength = 2;

    public const string DTypeKey = "dtype";
    public const string ShapeKey = "shape";
    public const string OffsetsKey = "data_offsets";
}

/// <summary>One tensor of a header. Its data are the bytes <c>Begin</c> to <c>End</c> (exclusive) after the header.</summary>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsDType DType, ImmutableArray<long> Shape, long Begin, long End);
