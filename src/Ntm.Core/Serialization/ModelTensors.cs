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

    /// <summary>Converts all parameters and buffers of a module to a file's element type, whatever torch's default type was.</summary>
    public static void Convert(nn.Module module, SafeTensorsFile file)
    {
        var type = ExpectedTensors.TypeOf(file) == SafeTensorsDType.F64 ? ScalarType.Float64 : ScalarType.Float32;
        if (module.state_dict().Values.Any(t => t.dtype != type))
            module.to(type);
    }

    /// <summary>Sets all parameters and buffers. Checks all of them before it changes the first.</summary>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, or has another shape or element type.</exception>
    /// <exception cref="ObjectDisposedException">The module has been disposed.</exception>
    public static void Write(nn.Module module, SafeTensorsFile file, string sourceName)
    {
        ThrowIfDisposed(module);
        var state = module.state_dict();
        ExpectedTensors.Check(file, sourceName, [.. state.Select(s => (new TensorShape(s.Key, s.Value.shape), DTypeOf(s.Value)))], areAll: true);
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
