using Ntm.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>Converts between a module's parameters and buffers and the tensors of a file.</summary>
internal static class ModelTensors
{
    /// <summary>Returns copies of all parameters and buffers, by their <c>state_dict</c> names.</summary>
    /// <exception cref="ObjectDisposedException">The module has been disposed.</exception>
    public static IReadOnlyList<SafeTensor> Read(nn.Module module)
    {
        ThrowIfDisposed(module);
        return [.. module.state_dict().Select(entry =>
        {
            _ = DTypeOf(entry.Value);
            return SafeTensor.FromTensor(entry.Key, entry.Value);
        })];
    }

    /// <exception cref="ObjectDisposedException">The module or a part of it has been disposed: what it has left is less than a model.</exception>
    public static void ThrowIfDisposed(nn.Module module)
    {
        var state = module.state_dict();
        if (state.Count == 0 || state.Values.Any(t => t is null || t.IsInvalid) || DisposedModules.AnyIn(module))
            throw new ObjectDisposedException(module.GetName(), "The model or a part of it has been disposed; expected one whose weights can be saved.");
    }

    /// <summary>Returns the element type of a model with a file's weights, which is that of the first tensor.</summary>
    public static SafeTensorsDType TypeOf(SafeTensorsFile file) =>
        file.Tensors.Count > 0 && file.Tensors[0].DType == SafeTensorsDType.F64 ? SafeTensorsDType.F64 : SafeTensorsDType.F32;

    /// <summary>Converts all parameters and buffers of a module to a file's element type, whatever torch's default type was.</summary>
    public static void Convert(nn.Module module, SafeTensorsFile file)
    {
        var type = TypeOf(file) == SafeTensorsDType.F64 ? ScalarType.Float64 : ScalarType.Float32;
        if (module.state_dict().Values.Any(t => t.dtype != type))
            module.to(type);
    }

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

    /// <summary>Sets all parameters and buffers. Checks all of them before it changes the first.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or has another shape or element type.</exception>
    /// <exception cref="ObjectDisposedException">The module has been disposed.</exception>
    public static void Write(nn.Module module, SafeTensorsFile file, string sourceName)
    {
        ThrowIfDisposed(module);
        var state = module.state_dict();
        Check(file, sourceName, [.. state.Select(s => (new TensorShape(s.Key, s.Value.shape), DTypeOf(s.Value)))], areAll: true);
        using var noGrad = no_grad();
        foreach (var tensor in file.Tensors)
        {
            using var values = tensor.ToTensor();
            state[tensor.Name].copy_(values);
        }
    }

    private static void Check(SafeTensorsFile file, string sourceName, IReadOnlyList<(TensorShape Tensor, SafeTensorsDType Type)> expected, bool areAll)
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

    private static SafeTensorsDType DTypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => SafeTensorsDType.F32,
        ScalarType.Float64 => SafeTensorsDType.F64,
        var other => throw new NotSupportedException($"The model's element type is {other}; expected Float32 or Float64."),
    };
}
