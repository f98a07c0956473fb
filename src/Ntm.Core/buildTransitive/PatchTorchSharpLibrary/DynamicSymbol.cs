namespace Ntm.Build;

/// <summary>A dynamic symbol: where its name is in the string table, and its version, and where in the file that is.</summary>
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
