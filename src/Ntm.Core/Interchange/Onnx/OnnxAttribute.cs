namespace Ntm.Core.Interchange.Onnx;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class OnnxAttribute
{
    public static ProtobufMessage Of(string name, long value) =>
        Begin(name).Add(OnnxFields.Attribute.Integer, value).Add(OnnxFields.Attribute.Type, OnnxFields.AttributeType.Integer);

    public static ProtobufMessage Of(string name, params ReadOnlySpan<long> values)
    {
        var attribute = Begin(name);
        foreach (var value in values)
            attribute.Add(OnnxFields.Attribute.Integers, value);
        return attribute.Add(OnnxFields.Attribute.Type, OnnxFields.AttributeType.Integers);
    }

    public static ProtobufMessage Of(string name, OnnxGraph graph) =>
        Begin(name).Add(OnnxFields.Attribute.Graph, graph.ToMessage()).Add(OnnxFields.Attribute.Type, OnnxFields.AttributeType.Graph);

    private static ProtobufMessage Begin(string name) => new ProtobufMessage().Add(OnnxFields.Attribute.Name, name);
}
