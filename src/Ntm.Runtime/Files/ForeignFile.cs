using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>What people have in place of a safetensors file, told by its first bytes.</summary>
internal static class ForeignFile
{
    /// <summary>The bytes that tell.</summary>
    public const int Length = 64;

    /// <summary>What the beginning of a file says that it is, and what is needed instead; null if it says nothing.</summary>
    public static (string Found, string Expected)? Recognise(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("version https://git-lfs"u8))
            return ("a pointer of Git LFS, which stands for a file that was not fetched", "the file itself: 'git lfs pull' fetches it");
        if (beginning.StartsWith("PK\x3\x4"u8))
            return ("a zip archive, such as torch.save writes", "safetensors: tools/to_safetensors.py converts files of PyTorch");
        // A pickle of protocol 2 and, in it, the magic number of the format before PyTorch 1.6.
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0x80, 0x02]))
            return ("a pickle, such as torch.save writes", "safetensors: tools/to_safetensors.py converts files of PyTorch");
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return ("a file packed by gzip", "safetensors: 'gunzip' unpacks it");
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F']))
            return ("a file of HDF5, such as Keras writes", "safetensors");
        return IsPage(beginning) ? ("an HTML page, such as a server sends in place of a file", "the file itself") : null;
    }

    private static bool IsPage(ReadOnlySpan<byte> beginning)
    {
        string text = Encoding.Latin1.GetString(beginning).TrimStart();
        return text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }
}
