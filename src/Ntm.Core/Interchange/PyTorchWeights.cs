using Ntm.Core.Serialization;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// The tensors of a PyTorch state dict, each taken once by its name and with the shape that the layout requires. A tensor that is not taken by
/// the end is an error. A prefix that all names share is removed: wrappers such as DataParallel add one.
/// </summary>
internal sealed class PyTorchWeights
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly SafeTensorsFile _file;
    private readonly string _sourceName;
    private readonly string _layout;
    private readonly string _prefix;

    /// <param name="file">The state dict.</param>
    /// <param name="sourceName">The name of its file, for messages.</param>
    /// <param name="layout">The layout's name, for messages.</param>
    /// <param name="mark">The name of a tensor that every model of the layout has, which determines the prefix.</param>
    /// <exception cref="SafeTensorsFormatException">The file has the weights of several models, or other tensors besides a model's.</exception>
    public PyTorchWeights(SafeTensorsFile file, string sourceName, string layout, string mark)
    {
        (_file, _sourceName, _layout, _prefix) = (file, sourceName, layout, "");
        string[] prefixes = [.. file.Tensors.Where(t => t.Name.EndsWith("." + mark, StringComparison.Ordinal)).Select(t => t.Name[..^mark.Length])];
        if (prefixes.Length == 0)
            return;
        if (prefixes.Length > 1 || Has(mark))
        {
            throw new SafeTensorsFormatException(
                sourceName, "the tensors' names", $"several models' weights: {string.Join(", ", prefixes.Select(p => p + mark))}{(Has(mark) ? $", {mark}" : "")}",
                $"those of one, in the layout {layout}");
        }

        if (file.Tensors.FirstOrDefault(t => !t.Name.StartsWith(prefixes[0], StringComparison.Ordinal)) is { } other)
            throw Error(other.Name, "a name of another model", $"names that begin with {prefixes[0]} as {prefixes[0]}{mark} does");
        _prefix = prefixes[0];
    }

    public bool Has(string name) => _file.TryGetTensor(_prefix + name, out _);

    /// <summary>Counts <c>name(0)</c>, <c>name(1)</c>, ... up to the first that is missing.</summary>
    public int Count(Func<int, string> name)
    {
        var count = 0;
        while (Has(name(count)))
            count++;
        return count;
    }

    /// <summary>Returns one size of a tensor that determines how large the model is.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="shape">Its shape in letters, such as <c>[4H, H]</c>.</param>
    /// <param name="dimension">The index of the size.</param>
    /// <exception cref="SafeTensorsFormatException">The tensor is missing, or has another number of dimensions.</exception>
    public long Size(string name, string shape, int dimension)
    {
        var tensor = Find(name, shape);
        return tensor.Shape.Length == shape.Count(c => c == ',') + 1
            ? tensor.Shape[dimension]
            : throw Error(name, $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", shape);
    }

    /// <summary>Returns a tensor's values.</summary>
    /// <exception cref="SafeTensorsFormatException">The tensor is missing, or has another shape or element type.</exception>
    public Tensor Take(string name, params ReadOnlySpan<long> shape)
    {
        var expected = SafeTensor.ShapeText(shape);
        var tensor = Find(name, expected);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            throw Error(name, $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", expected);
        var type = _file.Tensors[0].DType;
        if (tensor.DType is not (SafeTensorsDType.F32 or SafeTensorsDType.F64) || tensor.DType != type)
            throw Error(name, $"element type {tensor.DType}", type == SafeTensorsDType.F64 ? "F64, like the first tensor" : "F32");
        _taken.Add(name);
        return tensor.ToTensor();
    }

    /// <summary>Takes a tensor, if present, that repeats another one.</summary>
    /// <exception cref="SafeTensorsFormatException">The values differ.</exception>
    public void TakeCopy(string name, string original)
    {
        if (!_file.TryGetTensor(_prefix + name, out var copy))
            return;
        var first = Find(original, "any");
        if (copy.DType != first.DType || !copy.Shape.AsSpan().SequenceEqual(first.Shape.AsSpan()) || !copy.Data.Span.SequenceEqual(first.Data.Span))
            throw Error(name, "other values", $"those of {original}, which it repeats");
        _taken.Add(name);
    }

    /// <exception cref="SafeTensorsFormatException">There are tensors that were not taken.</exception>
    public void RefuseOthers()
    {
        if (_file.Tensors.FirstOrDefault(t => !_taken.Contains(t.Name[_prefix.Length..])) is { } other)
        {
            throw Error(
                other.Name[_prefix.Length..],
                $"shape {SafeTensor.ShapeText(other.Shape.AsSpan())}",
                $"no such tensor: a model of this size has {string.Join(", ", _taken.Order(StringComparer.Ordinal))}");
        }
    }

    public SafeTensorsFormatException Error(string name, string found, string expected) =>
        new(_sourceName, $"tensor {_prefix}{name}", found, $"{expected}, in the layout {_layout}");

    private SafeTensor Find(string name, string shape) => _file.TryGetTensor(_prefix + name, out var tensor)
        ? tensor
        : throw Error(name, "nothing", $"a tensor of shape {shape}");
}
