using System.Runtime.InteropServices;

namespace Ntm.Runtime.Engine;

/// <summary>
/// Floats outside the managed heap, aligned to a cache line. The buffer only grows, so nothing is allocated in steady state. New memory is zero;
/// data of earlier uses is not cleared.
/// </summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>The number of floats after the end that belong to the buffer: vector loops may read and write up to the next multiple of their
    /// width.</summary>
    private const long Slack = 32;

    private float* _start;
    private long _capacity;

    public float* Start => _start;

    /// <summary>Makes sure that the buffer is large enough; if it grows, the contents are lost (zero).</summary>
    public float* Require(long length)
    {
        if (length <= _capacity && _start is not null)
            return _start;
        Free();
        var bytes = checked((nuint)((length + Slack) * sizeof(float)));
        _start = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_start, bytes);
        _capacity = length;
        GC.AddMemoryPressure((long)bytes);
        return _start;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is null)
            return;
        NativeMemory.AlignedFree(_start);
        GC.RemoveMemoryPressure((_capacity + Slack) * sizeof(float));
        _start = null;
        _capacity = 0;
    }

    ~NativeBuffer() => Free();
}
