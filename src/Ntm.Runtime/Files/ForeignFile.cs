using System.Text;

namespace Ntm.Core.Serialization;

/// <summary>Recognizes files that users pass in place of safetensors files, by their first bytes.</summary>
internal static class ForeignFile
{
    /// <summary>The number of bytes that are examined.</summary>
    public const int Length = 64;

    /// <summary>Returns what a file is, judged by its beginning, and what is needed instead; null if it is not recognized.</summary>
    public static (string Found, string Expected)? Recognize(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("version https://git-lfs"u8))
            return ("a pointer of Git LFS, which stands for a file that was not fetched", "the file itself: 'git lfs pull' fetches it");
        if (beginning.StartsWith("PK\x3\x4"u8))
            return ("a zip archive, such as torch.save writes", "safetensors: tools/to_safetensors.py converts files of PyTorch");
        // A pickle of protocol 2 that contains the magic number of the format before PyTorch 1.6.
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
