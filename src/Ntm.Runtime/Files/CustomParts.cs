namespace Ntm.Core.Serialization;

/// <summary>The custom components of a cell.</summary>
internal readonly record struct CustomParts
{
    public bool HasController { get; init; }

    public bool HasReadHeads { get; init; }

    public bool HasWriteHeads { get; init; }

    public bool HasMemory { get; init; }

    /// <summary>The number of parameters per read head of a custom addressing mechanism; <see langword="null"/> for a built-in one.</summary>
    public long? ReadAddressing { get; init; }

    /// <summary>The number of parameters per write head of a custom addressing mechanism; <see langword="null"/> for a built-in one.</summary>
    public long? WriteAddressing { get; init; }
}
