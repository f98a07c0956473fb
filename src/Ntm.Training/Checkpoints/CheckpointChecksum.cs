using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Training.Checkpoints;

/// <summary>SHA-256 over everything a checkpoint's file says: metadata by key, then the tensors in their order.</summary>
internal static class CheckpointChecksum
{
    /// <summary>The metadata's key of the checksum itself, which is left out.</summary>
    public const string Key = "ntm-checkpoint.sha256";

    public static string Of(IEnumerable<SafeTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.Where(m => m.Key != Key).OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            Append(hash, key);
            Append(hash, value);
        }

        foreach (var tensor in tensors)
        {
            Append(hash, tensor.ToString());
            hash.AppendData(tensor.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A text with its length before it, so that no two lists of texts hash alike.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
