namespace Ntm.Core.Serialization;

/// <summary>Which components of a cell are custom ones.</summary>
internal readonly record struct CustomParts
{
    public bool HasController { get; init; }

    public bool HasReadHeads { get; init; }

    public bool HasWriteHeads { get; init; }

    public bool HasMemory { get; init; }

    /// <summary>Numbers per read head that a custom addressing takes; <see langword="null"/> for a built-in one.</summary>
    public long? ReadAddressing { get; init; }

    /// <summary>Numbers per write head that a custom addressing takes; <see langword="null"/> for a built-in one.</summary>
    public long? WriteAddressing { get; init; }
}
