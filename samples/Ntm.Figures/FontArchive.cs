using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Ntm.Figures;

/// <summary>
/// Extracts a file from an assembly that contains files in one <c>!AvaloniaResources</c> resource. The assembly is read as data:
/// none of it is loaded or run, so its dependencies are not needed.
/// </summary>
/// <remarks>
/// The resource is <c>int32 indexLength</c>, the index, the files. The index is <c>int32 version</c> (2), <c>int32 count</c>,
/// and for each file its path (length-prefixed UTF-8), its <c>int32</c> offset from the end of the index, its <c>int32</c> length.
/// </remarks>
internal static class FontArchive
{
    private const string ArchiveName = "!AvaloniaResources";
    private const int KnownVersion = 2;

    public static byte[] Read(Stream assembly, string path)
    {
        using var reader = new BinaryReader(new MemoryStream(ManifestResource(assembly, ArchiveName)));
        long files = sizeof(int) + reader.ReadInt32();
        int version = reader.ReadInt32();
        if (version != KnownVersion)
        {
            throw new InvalidDataException($"The font archive has index version {version}; expected {KnownVersion}.");
        }

        for (int remaining = reader.ReadInt32(); remaining > 0; remaining--)
        {
            string name = reader.ReadString();
            int offset = reader.ReadInt32();
            int length = reader.ReadInt32();
            if (name == path)
            {
                reader.BaseStream.Position = files + offset;
                byte[] file = reader.ReadBytes(length);
                return file.Length == length ? file : throw new InvalidDataException($"The font archive ends within '{path}'.");
            }
        }

        throw new InvalidDataException($"The font archive has no file '{path}'.");
    }

    private static byte[] ManifestResource(Stream assembly, string name)
    {
        using var image = new PEReader(assembly, PEStreamOptions.LeaveOpen);
        MetadataReader metadata = image.GetMetadataReader();
        foreach (ManifestResourceHandle handle in metadata.ManifestResources)
        {
            ManifestResource resource = metadata.GetManifestResource(handle);
            if (metadata.StringComparer.Equals(resource.Name, name))
            {
                int directory = image.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress;
                BlobReader data = image.GetSectionData(directory).GetReader();
                data.Offset = checked((int)resource.Offset);
                return data.ReadBytes(data.ReadInt32());
            }
        }

        throw new InvalidDataException($"The font archive has no resource '{name}'.");
    }
}
