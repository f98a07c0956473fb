using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// The tensors of a PyTorch state dict, each taken once by its name and with the shape that the layout asks for; what nobody has taken at
/// the end does not belong there.
/// </summary>
/// <param name="file">The state dict.</param>
/// <param name="sourceName">Its file's name, for messages.</param>
/// <param name="layout">The layout's name, for messages.</param>
internal sealed class PyTorchWeights(SafeTensorsFile file, string sourceName, string layout)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public bool Has(string name) => file.TryGetTensor(name, out _);

    /// <summary>How many of <c>name(0)</c>, <c>name(1)</c>, ... there are without a gap.</summary>
    public int Count(Func<int, string> name)
    {
        var count = 0;
        while (Has(name(count)))
            count++;
        return count;
    }

    /// <summary>One size of a tensor that tells how large the model is.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="shape">Its shape in letters, such as <c>[4H, H]</c>.</param>
    /// <param name="dimension">Which of the sizes.</param>
    /// <exception cref="SafeTensorsFormatException">There is no such tensor, or it has another number of dimensions.</exception>
    public long Size(string name, string shape, int dimension)
    {
        var tensor = Find(name, shape);
        return tensor.Shape.Length == shape.Count(c => c == ',') + 1
            ? tensor.Shape[dimension]
            : throw Error(name, $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", shape);
    }

    /// <summary>A tensor's values.</summary>
    /// <exception cref="SafeTensorsFormatException">There is no such tensor, or it has another shape or element type.</exception>
    public Tensor Take(string name, params ReadOnlySpan<long> shape)
    {
        var expected = SafeTensor.ShapeText(shape);
        var tensor = Find(name, expected);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            throw Error(name, $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", expected);
        var type = file.Tensors[0].DType;
        if (tensor.DType is not (SafeTensorsDType.F32 or SafeTensorsDType.F64) || tensor.DType != type)
            throw Error(name, $"element type {tensor.DType}", type == SafeTensorsDType.F64 ? "F64, as the first tensor has" : "F32");
        _taken.Add(name);
        return tensor.ToTensor();
    }

    /// <summary>Takes a tensor, if it is there, that is another one over again.</summary>
    /// <exception cref="SafeTensorsFormatException">It is not the same.</exception>
    public void TakeCopy(string name, string original)
    {
        if (!file.TryGetTensor(name, out var copy))
            return;
        var first = Find(original, "any");
        if (copy.DType != first.DType || !copy.Shape.AsSpan().SequenceEqual(first.Shape.AsSpan()) || !copy.Data.Span.SequenceEqual(first.Data.Span))
            throw Error(name, "other values", $"those of {original}, which it repeats");
        _taken.Add(name);
    }

    /// <exception cref="SafeTensorsFormatException">There are tensors that nobody took.</exception>
    public void RefuseOthers()
    {
        if (file.Tensors.FirstOrDefault(t => !_taken.Contains(t.Name)) is { } other)
        {
            throw Error(
                other.Name,
                $"shape {SafeTensor.ShapeText(other.Shape.AsSpan())}",
                $"no such tensor: a model of this size has {string.Join(", ", _taken.Order(StringComparer.Ordinal))}");
        }
    }

    public SafeTensorsFormatException Error(string name, string found, string expected) =>
        new(sourceName, $"tensor {name}", found, $"{expected}, in the layout {layout}");

    private SafeTensor Find(string name, string shape) => file.TryGetTensor(name, out var tensor)
        ? tensor
        : throw Error(name, "nothing", $"a tensor of shape {shape}");
}
