using System.Runtime.InteropServices;
using Ntm.Core.Engines.Cuda;
using TorchSharp;

namespace Ntm.Core.Tests.Engines.Cuda;

/// <summary>A driver that computes nothing and records its calls.</summary>
internal sealed unsafe class FakeDriver : ICudaDriver
{
    /// <summary>A launch, with copies of its arguments.</summary>
    public sealed record Call(string Kernel, int Across, int Down, int Threads, int SharedBytes, byte[][] Arguments)
    {
        public T Argument<T>(int place = 0)
            where T : unmanaged => MemoryMarshal.Read<T>(Arguments[place]);
    }

    // Finalizers free as well.
    private readonly System.Collections.Concurrent.ConcurrentDictionary<nint, long> _memory = [];

    public List<Call> Calls { get; } = [];

    /// <summary>The kernel to refuse, if any.</summary>
    public string? Refused { get; set; }

    /// <summary>Whether memory is used up.</summary>
    public bool Full { get; set; }

    public string Name => "fake";

    public int Processors => 100;

    public int SharedMemory => 100 << 10;

    public long Memory => 1L << 34;

    /// <summary>The number of bytes reserved now.</summary>
    public long Reserved => _memory.Values.Sum();

    public static (FakeDriver Driver, CudaRuntime Runtime) Create(long historyBytes = 1 << 30)
    {
        var driver = new FakeDriver();
        return (driver, new CudaRuntime(driver, DeviceLimits.Of(driver) with { HistoryBytes = historyBytes }, DeviceType.CPU));
    }

    public nint Allocate(long bytes)
    {
        if (Full)
            throw new CudaException($"{bytes} bytes were refused");
        var memory = (nint)NativeMemory.AllocZeroed((nuint)bytes);
        Assert.True(_memory.TryAdd(memory, bytes));
        return memory;
    }

    public void Free(nint memory)
    {
        Assert.True(_memory.TryRemove(memory, out _));
        NativeMemory.Free((void*)memory);
    }

    /// <summary>Whether some bytes lie within one piece of memory that is reserved.</summary>
    public bool Holds(void* start, long bytes) => _memory.Any(m => (nint)start >= m.Key && (nint)start + bytes <= m.Key + m.Value);

    public void Fill(nint memory, byte value, long bytes) => NativeMemory.Fill((void*)memory, (nuint)bytes, value);

    public void Upload(void* source, nint target, long bytes) => Buffer.MemoryCopy(source, (void*)target, bytes, bytes);

    public void Download(nint source, void* target, long bytes) => Buffer.MemoryCopy((void*)source, target, bytes, bytes);

    public void Copy(nint source, nint target, long bytes) => Buffer.MemoryCopy((void*)source, (void*)target, bytes, bytes);

    public void Launch(string kernel, int across, int down, int threads, int sharedBytes, ReadOnlySpan<nint> arguments)
    {
        if (kernel == Refused)
            throw new CudaException($"{kernel} was refused");
        int[] sizes = kernel.StartsWith("ntmWeight", StringComparison.Ordinal) ? [sizeof(ProductCallArguments)]
            : kernel.StartsWith("ntmStart", StringComparison.Ordinal) ? [sizeof(SequenceArguments), sizeof(StartCallArguments)]
            : [sizeof(SequenceArguments)];
        Assert.Equal(sizes.Length, arguments.Length);
        var copies = new byte[sizes.Length][];
        for (var i = 0; i < sizes.Length; i++)
            copies[i] = new ReadOnlySpan<byte>((void*)arguments[i], sizes[i]).ToArray();
        Calls.Add(new Call(kernel, across, down, threads, sharedBytes, copies));
    }

    public void Synchronize()
    {
    }

    public void Dispose()
    {
    }
}
