using System.Buffers.Binary;

namespace Ntm.Core.Serialization;

/// <summary>Reads a whole file from front to back and never allocates much more than the bytes that have arrived.</summary>
internal sealed class SafeTensorsReader(Stream stream, long length, string sourceName)
{
    // A length is trusted up to this size; beyond it, the buffer doubles as bytes arrive.
    private const int FirstChunk = 1 << 20;

    private byte[] _prefix = [];
    private long _position;

    public SafeTensorsFile Read()
    {
        byte[] headerBytes = ReadBytes(ReadHeaderLength());
        if (headerBytes[0] != '{')
            ThrowIfForeign([.. _prefix, .. headerBytes.AsSpan(0, Math.Min(headerBytes.Length, ForeignFile.Length))]);
        SafeTensorsHeader header = SafeTensorsHeaderReader.Read(headerBytes, sourceName);
        IReadOnlyList<SafeTensorsEntry> entries = SafeTensorsLayout.Order(header.Entries, length - _position, sourceName);
        var tensors = new List<SafeTensor>(entries.Count);
        foreach (SafeTensorsEntry entry in entries)
            tensors.Add(new SafeTensor(entry.Name, entry.DType, entry.Shape.AsSpan(), ReadBytes((int)(entry.End - entry.Begin))));
        if (stream.ReadByte() >= 0)
            throw Malformed(length, "more bytes", $"the end of the file after the {length} bytes of its stated length");
        return new SafeTensorsFile(tensors, header.Metadata);
    }

    private int ReadHeaderLength()
    {
        if (length == 0)
            throw Malformed(0, "an empty file", "a header and tensors");
        if (length < SafeTensorsHeader.PrefixLength)
            throw Malformed(0, $"a file of {length} bytes", $"at least {SafeTensorsHeader.PrefixLength} for the length of the header");
        _prefix = ReadBytes(SafeTensorsHeader.PrefixLength);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(_prefix);
        long available = Math.Min(length - _position, SafeTensorsHeader.MaxLength);
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
                throw Malformed(_position + filled, "the end of the file", $"the {length} bytes of its stated length");
            filled += read;
        }

        _position += count;
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
