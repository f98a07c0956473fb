using System.Buffers.Binary;

namespace Ntm.Core.Interchange.Onnx;

/// <summary>An ONNX graph under construction. Values are known by their names, which are unique in a graph and the graphs inside it.</summary>
internal sealed class OnnxGraph
{
    private readonly string _name;
    private readonly string _description;
    private readonly OnnxGraph _root;
    private readonly List<ProtobufMessage> _nodes = [], _inputs = [], _outputs = [];
    private readonly Dictionary<string, ProtobufMessage> _initializers = [];
    private int _count;

    /// <summary>Begins a graph.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it computes.</param>
    /// <param name="outer">The graph that it is inside, whose values it can use; it has the constants of both.</param>
    public OnnxGraph(string name, string description, OnnxGraph? outer = null) => (_name, _description, _root) = (name, description, outer?._root ?? this);

    /// <summary>The part of the model that the next nodes belong to, which begins their names.</summary>
    public string Part { get; set; } = "";

    /// <summary>Adds an input of type float.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is.</param>
    /// <param name="symbols">The names of its first dimensions.</param>
    /// <param name="sizes">The sizes of the other dimensions.</param>
    public string Input(string name, string description, string[] symbols, params ReadOnlySpan<long> sizes)
    {
        _inputs.Add(Value(name, description, symbols, sizes));
        return name;
    }

    /// <summary>Makes a value an output, see <see cref="Input"/>.</summary>
    public void Output(string name, string description, string[] symbols, params ReadOnlySpan<long> sizes) => _outputs.Add(Value(name, description, symbols, sizes));

    /// <summary>Adds a node with one output and returns its name.</summary>
    public string Node(string type, string[] inputs, params ReadOnlySpan<ProtobufMessage> attributes) => Nodes(1, type, inputs, attributes)[0];

    /// <summary>Adds a node with several outputs and returns their names.</summary>
    public string[] Nodes(int outputs, string type, string[] inputs, params ReadOnlySpan<ProtobufMessage> attributes)
    {
        var name = $"{Part}{type}_{_root._count++}";
        string[] names = outputs == 1 ? [name] : [.. Enumerable.Range(0, outputs).Select(i => $"{name}.{i}")];
        Node(type, name, "", inputs, names, attributes);
        return names;
    }

    /// <summary>Adds a node whose outputs have given names.</summary>
    public void Node(string type, string name, string description, string[] inputs, string[] outputs, params ReadOnlySpan<ProtobufMessage> attributes)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs)
            node.Add(OnnxFields.Node.Input, input);
        foreach (var output in outputs)
            node.Add(OnnxFields.Node.Output, output);
        node.Add(OnnxFields.Node.Name, name).Add(OnnxFields.Node.OpType, type);
        foreach (var attribute in attributes)
            node.Add(OnnxFields.Node.Attribute, attribute);
        if (description.Length > 0)
            node.Add(OnnxFields.Node.DocString, description);
        _nodes.Add(node);
    }

    /// <summary>Returns a number as a constant.</summary>
    public string Constant(string name, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Initializer(name, OnnxFields.ElementType.Float, [], () => bytes);
    }

    /// <summary>Returns whole numbers as a constant, whose name lists them.</summary>
    public string Constant(params long[] values) => Constant($"list_{string.Join('_', values)}", [values.Length], values);

    /// <summary>Returns a whole number as a constant without dimensions.</summary>
    public string Scalar(long value) => Constant($"number_{value}", [], [value]);

    /// <summary>Returns whole numbers as a constant of a shape.</summary>
    public string Constant(string name, long[] shape, long[] values) => Initializer(name, OnnxFields.ElementType.Int64, shape, () =>
    {
        var bytes = new byte[sizeof(long) * values.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), values[i]);
        return bytes;
    });

    /// <summary>Adds a constant unless there is one of the name, and returns the name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="elementType">One of <see cref="OnnxFields.ElementType"/>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bytes">Returns the elements, little-endian.</param>
    public string Initializer(string name, int elementType, ReadOnlySpan<long> shape, Func<ReadOnlyMemory<byte>> bytes)
    {
        if (_root._initializers.ContainsKey(name))
            return name;
        var tensor = new ProtobufMessage();
        foreach (var size in shape)
            tensor.Add(OnnxFields.Tensor.Dims, size);
        _root._initializers.Add(name, tensor.Add(OnnxFields.Tensor.DataType, elementType).Add(OnnxFields.Tensor.Name, name).Add(OnnxFields.Tensor.RawData, bytes()));
        return name;
    }

    /// <summary>Returns the complete graph.</summary>
    public ProtobufMessage ToMessage() => new ProtobufMessage()
        .Add(OnnxFields.Graph.Node, _nodes)
        .Add(OnnxFields.Graph.Name, _name)
        .Add(OnnxFields.Graph.Initializer, _initializers.Values)
        .Add(OnnxFields.Graph.DocString, _description)
        .Add(OnnxFields.Graph.Input, _inputs)
        .Add(OnnxFields.Graph.Output, _outputs);

    private static ProtobufMessage Value(string name, string description, string[] symbols, ReadOnlySpan<long> sizes)
    {
        var shape = new ProtobufMessage();
        foreach (var symbol in symbols)
            shape.Add(OnnxFields.Shape.Dim, new ProtobufMessage().Add(OnnxFields.Dimension.Symbol, symbol));
        foreach (var size in sizes)
            shape.Add(OnnxFields.Shape.Dim, new ProtobufMessage().Add(OnnxFields.Dimension.Value, size));
        var tensor = new ProtobufMessage().Add(OnnxFields.TensorType.ElementType, OnnxFields.ElementType.Float).Add(OnnxFields.TensorType.Shape, shape);
        return new ProtobufMessage()
            .Add(OnnxFields.Value.Name, name)
            .Add(OnnxFields.Value.Type, new ProtobufMessage().Add(OnnxFields.ValueType.Tensor, tensor))
            .Add(OnnxFields.Value.DocString, description);
    }
}
