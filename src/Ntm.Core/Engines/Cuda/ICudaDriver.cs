namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// The operations of a device that the launcher needs: memory, copies and launches on the legacy default stream, which torch uses as well. The device
/// executes them in the order of the calls.
/// </summary>
internal unsafe interface ICudaDriver : IDisposable
{
    /// <summary>The device's name.</summary>
    string Name { get; }

    /// <summary>The number of multiprocessors.</summary>
    int Processors { get; }

    /// <summary>The maximum number of bytes of shared memory per block.</summary>
    int SharedMemory { get; }

    /// <summary>The number of bytes of the device's memory.</summary>
    long Memory { get; }

    /// <summary>Reserves memory.</summary>
    /// <exception cref="CudaException">There is not enough memory.</exception>
    nint Allocate(long bytes);

    /// <summary>Frees memory after everything that was launched before has finished.</summary>
    void Free(nint memory);

    /// <summary>Sets bytes.</summary>
    void Fill(nint memory, byte value, long bytes);

    /// <summary>Copies to the device. The caller may change the source at once.</summary>
    void Upload(void* source, nint target, long bytes);

    /// <summary>Copies from the device and waits for the result.</summary>
    void Download(nint source, void* target, long bytes);

    /// <summary>Copies on the device.</summary>
    void Copy(nint source, nint target, long bytes);

    /// <summary>Launches a kernel.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="across">The number of blocks, first dimension.</param>
    /// <param name="down">The number of blocks, second dimension; at most 65,535.</param>
    /// <param name="threads">The number of threads per block, a multiple of 32.</param>
    /// <param name="sharedBytes">The number of bytes of shared memory per block.</param>
    /// <param name="arguments">Pointers to the kernel's arguments.</param>
    void Launch(string kernel, int across, int down, int threads, int sharedBytes, ReadOnlySpan<nint> arguments);

    /// <summary>Waits until everything launched has finished.</summary>
    void Synchronize();
}
