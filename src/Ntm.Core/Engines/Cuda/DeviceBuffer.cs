namespace Ntm.Core.Engines.Cuda;

/// <summary>Memory of a device. Only grows: in steady state nothing is allocated. Its contents are what was there before.</summary>
internal sealed unsafe class DeviceBuffer(ICudaDriver driver) : IDisposable
{
    private nint _start;
    private long _capacity;

    public float* Floats => (float*)_start;

    public nint Start => _start;

    /// <summary>Makes room; the contents are lost if it has to grow.</summary>
    /// <param name="bytes">Bytes.</param>
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
    /// <param name="count">Floats.</param>
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
