using System.Runtime.InteropServices;
using TorchSharp;

namespace Ntm.Core.Engines.Cuda;

/// <summary>A device that is the host: the kernels as C++, device memory as host memory that is initialized with NaN.</summary>
internal sealed unsafe class HostDriver(HostKernels kernels, Schedule schedule) : ICudaDriver
{
    public string Name => "host";

    public int Processors => 4;

    public int SharedMemory => 64 << 10;

    public long Memory => 1L << 32;

    /// <summary>The engine on the host, with small blocks.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="schedule">The order of threads.</param>
    /// <param name="threads">The number of threads of a block if there are few blocks, a multiple of 32.</param>
    /// <param name="sharedMemory">The number of bytes of shared memory.</param>
    /// <param name="historyBytes">The size above which the history is cut.</param>
    public static CudaRuntime Runtime(
        HostKernels kernels, Schedule schedule = Schedule.Descending, int threads = 128, int sharedMemory = 64 << 10, long historyBytes = 1 << 30) =>
        new(new HostDriver(kernels, schedule), new DeviceLimits(4, sharedMemory, threads, historyBytes), DeviceType.CPU);

    public nint Allocate(long bytes)
    {
        var memory = (nint)NativeMemory.Alloc((nuint)bytes);
        NativeMemory.Fill((void*)memory, (nuint)bytes, 0xFF);
        return memory;
    }

    public void Free(nint memory) => NativeMemory.Free((void*)memory);

    public void Fill(nint memory, byte value, long bytes) => NativeMemory.Fill((void*)memory, (nuint)bytes, value);

    public void Upload(void* source, nint target, long bytes) => Buffer.MemoryCopy(source, (void*)target, bytes, bytes);

    public void Download(nint source, void* target, long bytes) => Buffer.MemoryCopy((void*)source, target, bytes, bytes);

    public void Copy(nint source, nint target, long bytes) => Buffer.MemoryCopy((void*)source, (void*)target, bytes, bytes);

    public void Launch(string kernel, int across, int down, int threads, int sharedBytes, ReadOnlySpan<nint> arguments) =>
        kernels.Launch(kernel, across, down, threads, sharedBytes, schedule, arguments);

    public void Synchronize()
    {
    }

    public void Dispose()
    {
    }
}
