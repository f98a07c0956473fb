using System.IO.Compression;
using System.Text;

namespace Ntm.Core.Tests.Serialization;

/// <summary>A file that users pass in place of a safetensors file is named, with the remedy.</summary>
public class ForeignFileTests
{
    private const string Pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """;

    public static TheoryData<string, byte[], string[]> Files() => new()
    {
        { "a Git LFS pointer", Encoding.ASCII.GetBytes(Pointer), ["pointer of Git LFS", "git lfs pull"] },
        { "a zip archive", Zip(), ["zip archive", "to_safetensors.py"] },
        { "a pickle", [0x80, 0x02, 0x8a, 0x0a, .. "l\xfc\x9cF\xf9 j\xa8P\x19."u8, .. new byte[50]], ["pickle", "to_safetensors.py"] },
        { "a packed file", Packed(), ["gzip", "gunzip"] },
        { "a packed file whose header length is possible", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, .. new byte[600_000]], ["gzip", "gunzip"] },
        { "HDF5", [0x89, .. "HDF\r\n\x1a\n"u8, .. new byte[50]], ["HDF5"] },
        { "a page", Encoding.ASCII.GetBytes("\n<!DOCTYPE html>\n<html><body>Not found</body></html>"), ["HTML page"] },
        { "another page", Encoding.ASCII.GetBytes("<html><body>Not found</body></html>"), ["HTML page"] },
        { "nothing", [], ["an empty file"] },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void It_is_named(string what, byte[] content, string[] named)
    {
        Assert.NotEmpty(what);
        var e = HandMadeFile.Refuse(content);
        Assert.All(named, text => Assert.Contains(text, e.Message));
    }

    [Fact]
    public void Control_characters_of_a_file_are_not_obeyed()
    {
        var e = HandMadeFile.Refuse(HandMadeFile.Of("""{"__metadata__":{"a":"\u001b[2J"},"\u001b[31m":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}""", 3));
        Assert.DoesNotContain('\u001b', e.Message);
        Assert.Contains("\\u001b[31m", e.Message);
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            archive.CreateEntry("model/data.pkl");
        return stream.ToArray();
    }

    private static byte[] Packed()
    {
        using var stream = new MemoryStream();
        using (var packing = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            packing.Write(new byte[10_000]);
        return stream.ToArray();
    }
}
