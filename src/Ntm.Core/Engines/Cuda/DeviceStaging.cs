namespace Ntm.Core.Engines.Cuda;

/// <summary>Copies host arrays to the device and back, for calls with spans.</summary>
internal sealed unsafe class DeviceStaging(ICudaDriver driver) : IDisposable
{
    private readonly Dictionary<string, DeviceBuffer> _buffers = [];

    /// <summary>Copies an array to the device; returns <see langword="null"/> for an empty one.</summary>
    /// <param name="name">The name of the buffer to use.</param>
    /// <param name="values">The array.</param>
    public float* Bring(string name, ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return null;
        var target = Room(name, values.Length);
        fixed (float* source = values)
            driver.Upload(source, (nint)target, (long)values.Length * sizeof(float));
        return target;
    }

    /// <summary>Copies an array from the device.</summary>
    public void Fetch(float* source, Span<float> values)
    {
        fixed (float* target = values)
            driver.Download((nint)source, target, (long)values.Length * sizeof(float));
    }

    /// <summary>Returns a named buffer on the device.</summary>
    public float* Room(string name, long count)
    {
        if (!_buffers.TryGetValue(name, out var buffer))
            _buffers.Add(name, buffer = new DeviceBuffer(driver));
        return buffer.RequireFloats(count);
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers.Values)
            buffer.Dispose();
    }
}
