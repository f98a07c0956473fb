namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// A device as the launcher needs it: memory, copies and launches on the legacy default stream, which torch uses as well. Everything is
/// done in the order of the calls.
/// </summary>
internal unsafe interface ICudaDriver : IDisposable
{
    /// <summary>The device's name.</summary>
    string Name { get; }

    /// <summary>Multiprocessors.</summary>
    int Processors { get; }

    /// <summary>Bytes of shared memory that a block may have.</summary>
    int SharedMemory { get; }

    /// <summary>Bytes of the device's memory.</summary>
    long Memory { get; }

    /// <summary>Reserves memory.</summary>
    /// <exception cref="CudaException">There is not enough.</exception>
    nint Allocate(long bytes);

    /// <summary>Gives memory back, when everything that was launched before has ended.</summary>
    void Free(nint memory);

    /// <summary>Sets bytes.</summary>
    void Fill(nint memory, byte value, long bytes);

    /// <summary>Copies to the device. The source may be changed at once.</summary>
    void Upload(void* source, nint target, long bytes);

    /// <summary>Copies from the device, and waits for it.</summary>
    void Download(nint source, void* target, long bytes);

    /// <summary>Copies on the device.</summary>
    void Copy(nint source, nint target, long bytes);

    /// <summary>Launches a kernel.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="across">Blocks, first dimension.</param>
    /// <param name="down">Blocks, second dimension; at most 65,535.</param>
    /// <param name="threads">Threads of a block, a multiple of 32.</param>
    /// <param name="sharedBytes">Bytes of a block's shared memory.</param>
    /// <param name="arguments">Pointers to the kernel's arguments.</param>
    void Launch(string kernel, int across, int down, int threads, int sharedBytes, ReadOnlySpan<nint> arguments);

    /// <summary>Waits until everything launched has ended.</summary>
    void Synchronize();
}
