using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Ntm.Training.Observers;

/// <summary>A protocol buffer message, written field by field.</summary>
internal sealed class ProtoMessage
{
    private const int VarInt = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _content = new();

    public ProtoMessage Integer(int field, long value)
    {
        Key(field, VarInt);
        WriteVarInt((ulong)value);
        return this;
    }

    public ProtoMessage Double(int field, double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Key(field, Fixed64);
        _content.Write(bytes);
        return this;
    }

    public ProtoMessage Float(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Key(field, Fixed32);
        _content.Write(bytes);
        return this;
    }

    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value.ToArray());

    public ProtoMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, Delimited);
        WriteVarInt((ulong)value.Length);
        _content.Write(value);
        return this;
    }

    public byte[] ToArray() => _content.WrittenSpan.ToArray();

    private void Key(int field, int kind) => WriteVarInt((ulong)((field << 3) | kind));

    private void WriteVarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _content.Write([(byte)(value | 0x80)]);
        _content.Write([(byte)value]);
    }
}
