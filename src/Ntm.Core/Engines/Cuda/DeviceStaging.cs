namespace Ntm.Core.Engines.Cuda;

/// <summary>Host arrays on the device, for calls that come with spans; and back.</summary>
internal sealed unsafe class DeviceStaging(ICudaDriver driver) : IDisposable
{
    private readonly Dictionary<string, DeviceBuffer> _buffers = [];

    /// <summary>Brings an array to the device; <see langword="null"/> for an empty one.</summary>
    /// <param name="name">Whose buffer it takes.</param>
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

    /// <summary>Fetches an array from the device.</summary>
    public void Fetch(float* source, Span<float> values)
    {
        fixed (float* target = values)
            driver.Download((nint)source, target, (long)values.Length * sizeof(float));
    }

    /// <summary>Room of a name on the device.</summary>
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
