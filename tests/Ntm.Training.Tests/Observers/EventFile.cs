using System.Buffers.Binary;
using System.Text;

namespace Ntm.Training.Tests.Observers;

/// <summary>A record of a TensorBoard file: when it was written, the version that only the first has, and what it says.</summary>
internal sealed record EventRecord(double WallTime, string? Version, List<EventValue> Values);

/// <summary>One value of a TensorBoard event: a number, or a picture as PNG.</summary>
internal sealed record EventValue(string Tag, long Step, float? Number, byte[]? Picture);

/// <summary>
/// A strict reader of TensorBoard's files, written from the description of the format: records of a length, its checksum, data and their
/// checksum (CRC-32C, rotated and offset), each an Event message of protocol buffers.
/// </summary>
internal static class EventFile
{
    public static List<EventValue> Read(string path) => [.. Records(path).SelectMany(r => r.Values)];

    public static List<EventRecord> Records(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan();
        List<EventRecord> records = [];
        while (!file.IsEmpty)
        {
            var length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
            Assert.Equal(MaskedCrc(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            var data = file.Slice(12, length);
            Assert.Equal(MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            file = file[(16 + length)..];
            records.Add(Record(data));
        }

        return records;
    }

    /// <summary>Event: 1 is the time in seconds since 1970, 3 the version of the format.</summary>
    private static EventRecord Record(ReadOnlySpan<byte> data)
    {
        var fields = Fields(data);
        var version = fields.Where(f => f.Number == 3).Select(f => Encoding.UTF8.GetString(f.Bytes)).SingleOrDefault();
        return new EventRecord(BitConverter.UInt64BitsToDouble(fields.Single(f => f.Number == 1).Value), version, Event(data));
    }

    /// <summary>Event: 2 is the step, 5 the summary, whose field 1 are the values: 1 the tag, 2 a number, 4 a picture with field 4 its PNG.</summary>
    private static List<EventValue> Event(ReadOnlySpan<byte> data)
    {
        var fields = Fields(data);
        var step = fields.Where(f => f.Number == 2).Select(f => (long)f.Value).FirstOrDefault();
        return [.. fields.Where(f => f.Number == 5).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 1).Select(f => Fields(f.Bytes)).Select(v => new EventValue(
            Encoding.UTF8.GetString(v.Single(f => f.Number == 1).Bytes),
            step,
            v.Where(f => f.Number == 2).Select(f => (float?)BitConverter.UInt32BitsToSingle((uint)f.Value)).FirstOrDefault(),
            v.Where(f => f.Number == 4).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 4).Select(f => f.Bytes).FirstOrDefault()))];
    }

    private static List<(int Number, ulong Value, byte[] Bytes)> Fields(ReadOnlySpan<byte> data)
    {
        List<(int, ulong, byte[])> fields = [];
        while (!data.IsEmpty)
        {
            var key = VarInt(ref data);
            var (number, kind) = ((int)(key >> 3), (int)(key & 7));
            switch (kind)
            {
                case 0:
                    fields.Add((number, VarInt(ref data), []));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(data), []));
                    data = data[8..];
                    break;
                case 2:
                    var length = checked((int)VarInt(ref data));
                    fields.Add((number, 0, data[..length].ToArray()));
                    data = data[length..];
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(data), []));
                    data = data[4..];
                    break;
                default:
                    Assert.Fail($"wire type {kind}");
                    break;
            }
        }

        return fields;
    }

    private static ulong VarInt(ref ReadOnlySpan<byte> data)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = data[0];
            data = data[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0x82F63B78u & (uint)-(int)(crc & 1));
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
    }
}
