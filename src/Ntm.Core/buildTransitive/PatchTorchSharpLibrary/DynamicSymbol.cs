namespace Ntm.Build;

/// <summary>A dynamic symbol: the place of its name in the string table, its version, and the place of the version in the file.</summary>
internal sealed class DynamicSymbol
{
    public DynamicSymbol(uint name, bool isDefined, ushort version, int versionOffset)
    {
        (Name, IsDefined, Version, VersionOffset) = (name, isDefined, version, versionOffset);
    }

    public uint Name { get; }

    public bool IsDefined { get; }

    public ushort Version { get; }

    public int VersionOffset { get; }
}
