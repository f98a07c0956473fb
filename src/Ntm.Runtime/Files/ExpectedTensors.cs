namespace Ntm.Core.Serialization;

/// <summary>Compares the tensors of a file with those that a model needs.</summary>
internal static class ExpectedTensors
{
    /// <summary>Returns the element type of a model with a file's weights, which is that of the first tensor.</summary>
    public static SafeTensorsDType TypeOf(SafeTensorsFile file) =>
        file.Tensors.Count > 0 && file.Tensors[0].DType == SafeTensorsDType.F64 ? SafeTensorsDType.F64 : SafeTensorsDType.F32;

    /// <summary>Checks that a file has certain tensors, all of the type of the first one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="shapes">The required tensors.</param>
    /// <param name="areAll">Whether other tensors are refused.</param>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or has another shape or element type.</exception>
    public static void Require(SafeTensorsFile file, string sourceName, IEnumerable<TensorShape> shapes, bool areAll)
    {
        var type = TypeOf(file);
        Check(file, sourceName, [.. shapes.Select(s => (s, type))], areAll);
    }

    /// <summary>Checks that a file has certain tensors of certain types.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or has another shape or element type.</exception>
    public static void Check(SafeTensorsFile file, string sourceName, IReadOnlyList<(TensorShape Tensor, SafeTensorsDType Type)> expected, bool areAll)
    {
        var byName = expected.ToDictionary(e => e.Tensor.Name, StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
        {
            if (!byName.TryGetValue(tensor.Name, out var known))
            {
                if (!areAll)
                    continue;
                throw Error(tensor.Name, "a tensor that the model does not have", $"one of {string.Join(", ", byName.Keys)}");
            }

            if (tensor.DType != known.Type)
                throw Error(tensor.Name, $"element type {tensor.DType}", $"{known.Type}");
            if (!tensor.Shape.AsSpan().SequenceEqual(known.Tensor.Shape))
                throw Error(tensor.Name, $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", SafeTensor.ShapeText(known.Tensor.Shape));
        }

        foreach (var (tensor, _) in expected)
            if (!file.TryGetTensor(tensor.Name, out _))
                throw Error(tensor.Name, "nothing", $"a tensor of shape {SafeTensor.ShapeText(tensor.Shape)}");

        SafeTensorsFormatException Error(string name, string found, string wanted) => new(sourceName, $"tensor {name}", found, wanted);
    }
}
