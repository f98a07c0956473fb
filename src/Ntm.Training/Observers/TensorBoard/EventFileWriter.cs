using System.Buffers.Binary;
using System.Numerics;

namespace Ntm.Training.Observers;

/// <summary>
/// Writes a TensorBoard event file: records of a length, its checksum, an event as a protocol buffer, and its checksum. Neither the file nor
/// its name contains data about the machine.
/// </summary>
/// <remarks>TorchSharp's writer is not used because it dates the first record in .NET ticks, thousands of years ahead, and puts the host name
/// into the file name.</remarks>
internal sealed class EventFileWriter
{
    private const string Version = "brain.Event:2";
    private const int WallTimeField = 1;
    private const int StepField = 2;
    private const int VersionField = 3;
    private const int SummaryField = 5;

    private readonly string _file;

    /// <summary>Begins a file in a folder. Other files in it are kept.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public EventFileWriter(string folder)
    {
        _file = Begin(folder);
        Append(new ProtoMessage().Double(WallTimeField, Now()).Text(VersionField, Version));
    }

    public void Scalar(string tag, float value, long step) => Summary(new ProtoMessage().Text(1, tag).Float(2, value), step);

    /// <param name="tag">The image's name.</param>
    /// <param name="pixels"><c>[row, column]</c>, 0 for black.</param>
    /// <param name="step">The step.</param>
    public void Picture(string tag, byte[,] pixels, long step)
    {
        const long Grayscale = 1;
        var image = new ProtoMessage().Integer(1, pixels.GetLength(0)).Integer(2, pixels.GetLength(1)).Integer(3, Grayscale).Bytes(4, GrayscalePng.Encode(pixels));
        Summary(new ProtoMessage().Text(1, tag).Message(4, image), step);
    }

    private void Summary(ProtoMessage value, long step) => Append(
        new ProtoMessage().Double(WallTimeField, Now()).Integer(StepField, step).Message(SummaryField, new ProtoMessage().Message(1, value)));

    /// <summary>TensorBoard reads the files of a folder in the order of their names, and takes all with "tfevents" in their names.</summary>
    private static string Begin(string folder)
    {
        for (var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds(); ; seconds++)
        {
            var file = Path.Combine(folder, FormattableString.Invariant($"events.out.tfevents.{seconds:D10}.ntm"));
            try
            {
                File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write).Dispose();
                return file;
            }
            catch (IOException) when (File.Exists(file))
            {
                // Another training began within the same second.
            }
        }
    }

    private void Append(ProtoMessage message)
    {
        var data = message.ToArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Checksum(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Checksum(data));
        // One write for the whole record: concurrent readers see all of it or nothing, and so does a file after a kill.
        using var file = new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.Write(record);
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    /// <summary>Computes a CRC-32C, rotated and offset, so that checksums of data with embedded checksums still work.</summary>
    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        const uint Offset = 0xA282EAD8;
        var crc = uint.MaxValue;
        foreach (var value in data)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + Offset;
    }
}
