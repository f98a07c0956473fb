using Google.Protobuf;

namespace Ntm.Core.Interchange.Onnx;

/// <summary>A protobuf message as the list of its fields. Its size is known before it is written. A message that is a field of another one must not grow.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>The number of bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Adds an integer.</summary>
    public ProtobufMessage Add(int field, long value) => Add(field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a text.</summary>
    public ProtobufMessage Add(int field, string text) =>
        Add(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(text), output => output.WriteString(text));

    /// <summary>Adds bytes, which are not copied.</summary>
    public ProtobufMessage Add(int field, ReadOnlyMemory<byte> bytes)
    {
        var wrapped = UnsafeByteOperations.UnsafeWrap(bytes);
        return Add(field, WireFormat.WireType.LengthDelimited, Delimited(bytes.Length), output => output.WriteBytes(wrapped));
    }

    /// <summary>Adds a message.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage message) => Add(field, WireFormat.WireType.LengthDelimited, Delimited(message.Size), output =>
    {
        output.WriteLength(checked((int)message.Size));
        message.Write(output);
    });

    /// <summary>Adds messages, as a repeated field.</summary>
    public ProtobufMessage Add(int field, IEnumerable<ProtobufMessage> messages)
    {
        foreach (var message in messages)
            Add(field, message);
        return this;
    }

    /// <summary>Writes all fields.</summary>
    public void Write(CodedOutputStream output)
    {
        foreach (var field in _fields)
            field(output);
    }

    private static long Delimited(long size) => CodedOutputStream.ComputeUInt64Size((ulong)size) + size;

    private ProtobufMessage Add(int field, WireFormat.WireType type, long size, Action<CodedOutputStream> write)
    {
        _fields.Add(output =>
        {
            output.WriteTag(field, type);
            write(output);
        });
        Size += CodedOutputStream.ComputeTagSize(field) + size;
        return this;
    }
}
