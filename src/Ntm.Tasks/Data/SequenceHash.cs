using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Ntm.Tasks;

/// <summary>Computes hashes of sequences.</summary>
internal static class SequenceHash
{
    private const int Digits = 16;

    /// <summary>Returns a hash of the widths, the number of sequences, and some of them.</summary>
    /// <param name="source">The sequences.</param>
    /// <param name="most">The maximum number of sequences that are read; they are spread evenly.</param>
    public static string Of(SequenceSource source, int most)
    {
        using var hash = NewHash(source);
        var buffer = new SequenceBuffer(source.InputSize, source.OutputSize);
        Append(hash, source.Count);
        var number = Math.Min(most, source.Count);
        for (long i = 0; i < number; i++)
        {
            // The last sequence is one of them, so data that grow at the end are different data.
            source.Read((int)(number == source.Count ? i : i * (source.Count - 1) / (number - 1)), buffer);
            Append(hash, buffer);
        }

        return Text(hash);
    }

    /// <summary>Returns a hash of the widths and of sequences.</summary>
    public static string Of(SequenceData data, IEnumerable<Sequence> sequences)
    {
        using var hash = NewHash(data);
        var buffer = new SequenceBuffer(data.InputSize, data.OutputSize);
        foreach (var sequence in sequences)
        {
            sequence.CopyTo(buffer);
            Append(hash, buffer);
        }

        return Text(hash);
    }

    private static IncrementalHash NewHash(SequenceData data)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, data.InputSize);
        Append(hash, data.OutputSize);
        return hash;
    }

    private static void Append(IncrementalHash hash, SequenceBuffer sequence)
    {
        Append(hash, sequence.Steps);
        hash.AppendData(MemoryMarshal.AsBytes(sequence.Inputs));
        hash.AppendData(MemoryMarshal.AsBytes(sequence.Targets));
        hash.AppendData(MemoryMarshal.AsBytes(sequence.Mask));
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
}
