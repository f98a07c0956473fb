namespace Ntm.Core.Engines.Cuda;

/// <summary>A buffer in a device's memory. It only grows, so nothing is allocated in steady state. It is not cleared between uses.</summary>
internal sealed unsafe class DeviceBuffer(ICudaDriver driver) : IDisposable
{
    private nint _start;
    private long _capacity;

    public float* Floats => (float*)_start;

    public nint Start => _start;

    /// <summary>Makes sure that the buffer is large enough; the contents are lost if it grows.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <exception cref="CudaException">There is not enough memory.</exception>
    public nint Require(long bytes)
    {
        if (bytes <= _capacity && _start != 0)
            return _start;
        Free();
        _start = driver.Allocate(Math.Max(bytes, 1));
        _capacity = bytes;
        return _start;
    }

    /// <inheritdoc cref="Require"/>
    /// <param name="count">The number of floats.</param>
    public float* RequireFloats(long count) => (float*)Require(checked(count * sizeof(float)));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start == 0)
            return;
        driver.Free(_start);
        _start = 0;
        _capacity = 0;
    }

    ~DeviceBuffer() => Free();
}
