namespace Ntm.Build;

/// <summary>A version that the library requires of another library, and its place in the file.</summary>
internal sealed class VersionDemand
{
    public VersionDemand(string file, string version, uint hash, ushort index, int hashOffset, int indexOffset, int nameOffset)
    {
        (File, Version, Hash, Index) = (file, version, hash, index);
        (HashOffset, IndexOffset, NameOffset) = (hashOffset, indexOffset, nameOffset);
    }

    public string File { get; }

    public string Version { get; }

    public uint Hash { get; }

    public ushort Index { get; }

    public int HashOffset { get; }

    public int IndexOffset { get; }

    public int NameOffset { get; }
}
