using System.Buffers.Binary;
using System.IO.Compression;

namespace Ntm.Training.Observers;

/// <summary>Encodes grayscale images with 256 levels as PNG, which is too small a task for a library.</summary>
internal static class GrayscalePng
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <param name="pixels"><c>[row, column]</c>, 0 for black.</param>
    public static byte[] Encode(byte[,] pixels)
    {
        // Width, height, 8 bits of gray; the only compression, filters and order that PNG has.
        Span<byte> header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, pixels.GetLength(1));
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.GetLength(0));
        using var png = new MemoryStream();
        png.Write(Signature);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, Compressed(pixels));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Compressed(byte[,] pixels)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal))
        {
            var row = new byte[1 + pixels.GetLength(1)];
            for (var y = 0; y < pixels.GetLength(0); y++)
            {
                // The byte before a row means that the row is not filtered.
                for (var x = 0; x < pixels.GetLength(1); x++)
                    row[1 + x] = pixels[y, x];
                zlib.Write(row);
            }
        }

        return data.ToArray();
    }

    private static void Chunk(Stream png, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(kind);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, kind), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        const uint Polynomial = 0xEDB88320;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
        }

        return crc;
    }
}
