using System.Buffers.Binary;
using System.Text;
using Ntm.Core.Serialization;

namespace Ntm.Core.Tests.Serialization;

/// <summary>Files put together from the format's description, without the writer.</summary>
internal static class HandMadeFile
{
    public static byte[] Of(string header, int dataLength = 0, ulong? headerLength = null) =>
        Of(Encoding.UTF8.GetBytes(header), dataLength, headerLength);

    public static byte[] Of(byte[] header, int dataLength = 0, ulong? headerLength = null)
    {
        byte[] file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        return file;
    }

    public static SafeTensorsFile Read(byte[] file) => SafeTensorsFile.Read(new MemoryStream(file), file.Length, "weights");

    public static SafeTensorsFormatException Refuse(byte[] file) => Assert.Throws<SafeTensorsFormatException>(() => Read(file));
}
