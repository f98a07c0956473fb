using static TorchSharp.torch;

namespace Ntm.Core.Serialization;

/// <summary>Converts between the tensors of files and torch's tensors.</summary>
public static class SafeTensorExtensions
{
    private static readonly Dictionary<ScalarType, SafeTensorsDType> FileTypes = new()
    {
        [ScalarType.Float64] = SafeTensorsDType.F64,
        [ScalarType.Float32] = SafeTensorsDType.F32,
        [ScalarType.Float16] = SafeTensorsDType.F16,
        [ScalarType.BFloat16] = SafeTensorsDType.BF16,
        [ScalarType.Int64] = SafeTensorsDType.I64,
        [ScalarType.Int32] = SafeTensorsDType.I32,
        [ScalarType.Int16] = SafeTensorsDType.I16,
        [ScalarType.Int8] = SafeTensorsDType.I8,
        [ScalarType.Byte] = SafeTensorsDType.U8,
        [ScalarType.Bool] = SafeTensorsDType.Bool,
    };

    extension(SafeTensor)
    {
        /// <summary>Copies a torch tensor.</summary>
        /// <param name="name">The name, see the constructor of <see cref="SafeTensor"/>.</param>
        /// <param name="tensor">The tensor, on any device and with any strides.</param>
        /// <exception cref="ArgumentException">The format does not allow the name.</exception>
        /// <exception cref="NotSupportedException">The element type has no counterpart in <see cref="SafeTensorsDType"/>, such as a complex one.</exception>
        public static SafeTensor FromTensor(string name, Tensor tensor)
        {
            ArgumentNullException.ThrowIfNull(tensor);
            if (!FileTypes.TryGetValue(tensor.dtype, out var dtype))
                throw new NotSupportedException($"Tensor {name} has the element type {tensor.dtype}; expected one of {string.Join(", ", FileTypes.Keys)}.");
            using var copy = tensor.detach().cpu().contiguous();
            return new SafeTensor(name, dtype, copy.shape, copy.bytes.ToArray());
        }
    }

    /// <summary>Returns a new torch tensor on the CPU with the values of a file's tensor.</summary>
    /// <param name="tensor">The tensor of the file.</param>
    /// <exception cref="NotSupportedException">torch does not have the element type: of the unsigned integers it has only those of 8 bits.</exception>
    public static Tensor ToTensor(this SafeTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var known = FileTypes.Where(pair => pair.Value == tensor.DType).Select(pair => (ScalarType?)pair.Key).FirstOrDefault()
            ?? throw new NotSupportedException($"Tensor {tensor.Name} has the element type {tensor.DType}; expected one of {string.Join(", ", FileTypes.Values)}.");
        var copy = empty(tensor.Shape.AsSpan(), known, device: CPU);
        tensor.Data.Span.CopyTo(copy.bytes);
        return copy;
    }
}
