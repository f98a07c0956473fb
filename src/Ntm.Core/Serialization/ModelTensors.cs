using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>Between a module's parameters and buffers and the tensors of a file.</summary>
internal static class ModelTensors
{
    /// <summary>Copies of all parameters and buffers, by their <c>state_dict</c> names.</summary>
    public static IEnumerable<SafeTensor> Read(nn.Module module)
    {
        foreach (var (name, value) in module.state_dict())
        {
            _ = DTypeOf(value);
            yield return SafeTensor.FromTensor(name, value);
        }
    }

    /// <summary>Sets all parameters and buffers. Everything is checked before the first is changed.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or of another shape or element type.</exception>
    public static void Write(nn.Module module, SafeTensorsFile file, string sourceName)
    {
        var state = module.state_dict();
        foreach (var tensor in file.Tensors)
        {
            if (!state.TryGetValue(tensor.Name, out var value))
                throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", "a tensor that the model does not have", $"one of {string.Join(", ", state.Keys)}");
            if (tensor.DType != DTypeOf(value))
                throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"element type {tensor.DType}", $"{DTypeOf(value)}");
            if (!tensor.Shape.AsSpan().SequenceEqual(value.shape))
                throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"shape {SafeTensor.ShapeText(tensor.Shape.AsSpan())}", SafeTensor.ShapeText(value.shape));
        }

        foreach (var (name, value) in state)
            if (!file.TryGetTensor(name, out _))
                throw new SafeTensorsFormatException(sourceName, $"tensor {name}", "nothing", $"a tensor of shape {SafeTensor.ShapeText(value.shape)}");

        using var noGrad = no_grad();
        foreach (var tensor in file.Tensors)
        {
            using var values = tensor.ToTensor();
            state[tensor.Name].copy_(values);
        }
    }

    private static SafeTensorsDType DTypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => SafeTensorsDType.F32,
        ScalarType.Float64 => SafeTensorsDType.F64,
        var other => throw new NotSupportedException($"The model's element type is {other}; expected Float32 or Float64."),
    };
}
