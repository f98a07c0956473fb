using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Training.Checkpoints;

/// <summary>Computes the SHA-256 of the content of a checkpoint: metadata by key, then the tensors in their order.</summary>
internal static class CheckpointChecksum
{
    /// <summary>The metadata key of the checksum itself, which is not included.</summary>
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

    /// <summary>Writes a text with its length before it, so that different lists of texts have different hashes.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
