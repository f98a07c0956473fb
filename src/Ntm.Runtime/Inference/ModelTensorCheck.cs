using System.Runtime.InteropServices;
using Ntm.Core.Serialization;
using Ntm.Shared;

namespace Ntm.Runtime;

/// <summary>Checks the tensors of a file before a model is made of them.</summary>
internal static class ModelTensorCheck
{
    /// <param name="file">The file.</param>
    /// <param name="sourceName">The file's name, for messages.</param>
    /// <param name="shapes">The tensors of the model.</param>
    /// <exception cref="SafeTensorsFormatException">A tensor is missing, unknown, of another shape or not float32, or has a value that is not finite.</exception>
    public static void Require(SafeTensorsFile file, string sourceName, IEnumerable<TensorShape> shapes)
    {
        if (ExpectedTensors.TypeOf(file) == SafeTensorsDType.F64)
        {
            throw new SafeTensorsFormatException(
                sourceName, $"tensor {file.Tensors[0].Name}", "element type F64", "F32, in which this engine computes: Ntm.Core loads the model, converts it by to(ScalarType.Float32) and saves it again");
        }

        ExpectedTensors.Require(file, sourceName, shapes, areAll: true);
        foreach (var tensor in file.Tensors)
            RequireFinite(tensor, sourceName);
    }

    /// <exception cref="SafeTensorsFormatException">A value is NaN or infinite.</exception>
    public static void RequireFinite(SafeTensor tensor, string sourceName)
    {
        var values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
        if (ValueCheck.FirstNotFinite(values) is var index and >= 0)
            throw new SafeTensorsFormatException(sourceName, $"tensor {tensor.Name}", $"{values[index]} as number {index}", "finite numbers");
    }
}
