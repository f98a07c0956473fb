using Google.Protobuf;

namespace Ntm.Core.Tests.Interchange;

/// <summary>The versions, operators and constants of an ONNX file, read by its public field numbers.</summary>
internal sealed class OnnxContent
{
    private OnnxContent(byte[] file)
    {
        var model = Fields(file);
        IrVersion = (long)model[1].Single();
        OpsetVersion = (long)Fields(model[8].Single())[2].Single();
        var graph = Fields(model[7].Single());
        Operators = [.. graph[1].Select(node => Text(Fields(node)[4].Single()))];
        Constants = [.. graph[5].Select(constant => Text(Fields(constant)[8].Single()))];
    }

    public long IrVersion { get; }

    public long OpsetVersion { get; }

    /// <summary>The operators of the outer graph.</summary>
    public IReadOnlyList<string> Operators { get; }

    /// <summary>The names of the constants.</summary>
    public IReadOnlyList<string> Constants { get; }

    public static OnnxContent Read(string path) => new(File.ReadAllBytes(path));

    private static string Text(object bytes) => ByteString.CopyFrom((byte[])bytes).ToStringUtf8();

    private static ILookup<int, object> Fields(object message)
    {
        var fields = new List<(int Number, object Value)>();
        using var input = new CodedInputStream((byte[])message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? input.ReadInt64() : input.ReadBytes().ToByteArray()));
        return fields.ToLookup(f => f.Number, f => f.Value);
    }
}
