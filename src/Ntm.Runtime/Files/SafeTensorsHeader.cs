using System.Collections.Immutable;

namespace Ntm.Core.Serialization;

/// <summary>What the header of a safetensors file says, in the header's order.</summary>
internal sealed record SafeTensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafeTensorsEntry> Entries)
{
    /// <summary>Bytes of the length that stands before the header.</summary>
    public const int PrefixLength = sizeof(ulong);

    /// <summary>The format's bound on the header, in bytes.</summary>
    public const int MaxLength = 100_000_000;

    /// <summary>The length of the shortest header, <c>{}</c>.</summary>
    public const int MinLength = 2;

    public const string DTypeKey = "dtype";
    public const string ShapeKey = "shape";
    public const string OffsetsKey = "data_offsets";
}

/// <summary>One tensor of a header; its data is bytes <c>Begin</c> to <c>End</c> (exclusive) of what follows the header.</summary>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsDType DType, ImmutableArray<long> Shape, long Begin, long End);
