using System.Runtime.InteropServices;
using Ntm.Core.Engines.Cuda;
using Ntm.Core.Serialization;

namespace Ntm.CudaCheck;

/// <summary>Named arrays on the device.</summary>
internal sealed unsafe class DeviceArrays(ICudaDriver driver)
{
    private readonly Dictionary<string, (nint Start, long[] Shape)> _arrays = [];

    /// <summary>Copies a file's array to the device; <see langword="null"/> if the file has none with this name.</summary>
    public float* Bring(SafeTensorsFile file, string name)
    {
        if (!file.TryGetTensor(name, out var tensor))
            return null;
        if (tensor.DType != SafeTensorsDType.F32)
            throw new ArgumentException($"{tensor} is not of float32; expected float32.", nameof(file));
        var values = MemoryMarshal.Cast<byte, float>(tensor.Data.Span);
        var start = driver.Allocate(Math.Max(4, values.Length * 4L));
        fixed (float* source = values)
            driver.Upload(source, start, values.Length * 4L);
        return (float*)start;
    }

    /// <summary>Reserves an array that <see cref="Save"/> will write.</summary>
    public float* Make(string name, params long[] shape)
    {
        var start = driver.Allocate(4 * Count(shape));
        _arrays.Add(name, (start, shape));
        return (float*)start;
    }

    /// <summary>Writes all reserved arrays.</summary>
    public void Save(string path)
    {
        var tensors = new List<SafeTensor>();
        foreach (var (name, (start, shape)) in _arrays)
        {
            var bytes = new byte[4 * Count(shape)];
            fixed (byte* target = bytes)
                driver.Download(start, target, bytes.Length);
            tensors.Add(new SafeTensor(name, SafeTensorsDType.F32, shape, bytes));
        }

        new SafeTensorsFile(tensors).Save(path);
    }

    private static long Count(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);
}
