using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange.Onnx;

/// <summary>The weights of a model as constants of a graph, under the names of its <c>state_dict</c>.</summary>
internal sealed class OnnxWeights
{
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, Tensor> _tensors;

    /// <summary>Checks a model's weights. Nothing is copied before it is used.</summary>
    /// <param name="graph">The graph that gets the constants.</param>
    /// <param name="model">The model.</param>
    /// <param name="limit">The greatest number of bytes.</param>
    /// <exception cref="NotSupportedException">The element type is not float32, or the weights are larger than the limit.</exception>
    public OnnxWeights(OnnxGraph graph, nn.Module model, long limit)
    {
        _graph = graph;
        _tensors = model.state_dict();
        if (_tensors.Values.FirstOrDefault(t => t.dtype != ScalarType.Float32) is { } other)
            throw new NotSupportedException($"The model's element type is {other.dtype}; expected Float32, which ONNX programs compute. Convert it by model.to(ScalarType.Float32).");
        if (_tensors.Values.Sum(t => t.numel() * sizeof(float)) is var size && size > limit)
            throw new NotSupportedException($"The model's weights have {size} bytes; expected at most {limit}, because an ONNX file has less than 2 GiB.");
    }

    /// <summary>Tells whether the model has a tensor of the name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>Returns a tensor as a constant.</summary>
    public string this[string name] =>
        _graph.Initializer(name, OnnxFields.ElementType.Float, _tensors[name].shape, () => SafeTensor.FromTensor(name, _tensors[name]).Data);
}
