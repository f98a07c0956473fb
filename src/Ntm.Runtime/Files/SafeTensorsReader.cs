using System.Buffers.Binary;

namespace Ntm.Core.Serialization;

/// <summary>Reads a file from front to back, or its header alone, and never allocates much more than the bytes that have arrived.</summary>
internal sealed class SafeTensorsReader(Stream stream, long length, string sourceName)
{
    // A length is trusted up to this size; beyond it, the buffer doubles as bytes arrive.
    private const int FirstChunk = 1 << 20;

    private byte[] _prefix = [];

    /// <summary>The number of bytes that were read.</summary>
    public long Position { get; private set; }

    public SafeTensorsFile Read()
    {
        SafeTensorsHeader header = ReadHeader(longestTensor: Array.MaxLength);
        var tensors = new List<SafeTensor>(header.Entries.Count);
        foreach (SafeTensorsEntry entry in header.Entries)
            tensors.Add(new SafeTensor(entry.Name, entry.DType, entry.Shape.AsSpan(), ReadBytes((int)(entry.End - entry.Begin))));
        if (stream.ReadByte() >= 0)
            throw Malformed(length, "more bytes", $"the end of the file after the {length} bytes of its stated length");
        return new SafeTensorsFile(tensors, header.Metadata);
    }

    /// <summary>Reads the header, with its entries in the order of their data. The data begins at <see cref="Position"/>.</summary>
    /// <param name="longestTensor">The maximum number of bytes of a tensor.</param>
    public SafeTensorsHeader ReadHeader(long longestTensor)
    {
        byte[] bytes = ReadBytes(ReadHeaderLength());
        if (bytes[0] != '{')
            ThrowIfForeign([.. _prefix, .. bytes.AsSpan(0, Math.Min(bytes.Length, ForeignFile.Length))]);
        SafeTensorsHeader header = SafeTensorsHeaderReader.Read(bytes, sourceName);
        return header with { Entries = SafeTensorsLayout.Order(header.Entries, length - Position, longestTensor, sourceName) };
    }

    private int ReadHeaderLength()
    {
        if (length == 0)
            throw Malformed(0, "an empty file", "a header and tensors");
        if (length < SafeTensorsHeader.PrefixLength)
            throw Malformed(0, $"a file of {length} bytes", $"at least {SafeTensorsHeader.PrefixLength} for the length of the header");
        _prefix = ReadBytes(SafeTensorsHeader.PrefixLength);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(_prefix);
        long available = Math.Min(length - Position, SafeTensorsHeader.MaxLength);
        if (headerLength < SafeTensorsHeader.MinLength || headerLength > (ulong)available)
        {
            byte[] next = new byte[ForeignFile.Length];
            ThrowIfForeign([.. _prefix, .. next.AsSpan(0, stream.ReadAtLeast(next, next.Length, throwOnEndOfStream: false))]);
            string bounds = $"the file has {length}, the format's bound is {SafeTensorsHeader.MaxLength}";
            throw Malformed(0, $"a header of {headerLength} bytes", $"{SafeTensorsHeader.MinLength} to {available} ({bounds})");
        }

        return (int)headerLength;
    }

    private byte[] ReadBytes(int count)
    {
        byte[] buffer = new byte[Math.Min(count, FirstChunk)];
        int filled = 0;
        while (filled < count)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(count, 2L * filled));
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            if (read == 0)
                throw Malformed(Position + filled, "the end of the file", $"the {length} bytes of its stated length");
            filled += read;
        }

        Position += count;
        return buffer;
    }

    private void ThrowIfForeign(ReadOnlySpan<byte> beginning)
    {
        if (ForeignFile.Recognize(beginning) is var (found, expected))
            throw Malformed(0, found, expected);
    }

    private SafeTensorsFormatException Malformed(long offset, string found, string expected) =>
        new(sourceName, $"file byte {offset}", found, expected);
}
