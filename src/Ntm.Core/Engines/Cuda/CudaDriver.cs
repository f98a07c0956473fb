using System.Runtime.InteropServices;
using System.Text;

namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// The functions of NVIDIA's driver that the engine needs, looked up by name, so that a computer without the driver gets a message and nothing worse. It uses
/// the device's primary context, like torch. autograd's threads may have no context, so it is pushed around each call.
/// </summary>
internal sealed unsafe class CudaDriver : ICudaDriver
{
    // Values of CUdevice_attribute and CUfunction_attribute.
    private const int MultiprocessorCount = 16;
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;
    private const int SharedMemoryPerBlockOptIn = 97;
    private const int MaxDynamicSharedSizeBytes = 8;

    private readonly CudaFunctions _cuda;
    private readonly int _device;
    private readonly nint _context;
    private readonly Dictionary<string, nint> _kernels = [];
    private nint _module;

    private CudaDriver(CudaFunctions cuda, int device)
    {
        _cuda = cuda;
        int handle, version;
        nint context;
        Check(cuda.Init(0), "cuInit");
        Check(cuda.DeviceGet(&handle, device), "cuDeviceGet");
        _device = handle;
        Capability = 10 * Attribute(ComputeCapabilityMajor) + Attribute(ComputeCapabilityMinor);
        Processors = Attribute(MultiprocessorCount);
        SharedMemory = Attribute(SharedMemoryPerBlockOptIn);
        nuint bytes;
        Check(cuda.DeviceTotalMem(&bytes, handle), "cuDeviceTotalMem");
        Memory = (long)bytes;
        var name = stackalloc byte[256];
        Check(cuda.DeviceGetName(name, 256, handle), "cuDeviceGetName");
        Name = Marshal.PtrToStringUTF8((nint)name) ?? "";
        Check(cuda.DriverGetVersion(&version), "cuDriverGetVersion");
        Version = version;
        Check(cuda.DevicePrimaryCtxRetain(&context, handle), "cuDevicePrimaryCtxRetain");
        _context = context;
    }

    public string Name { get; }

    public int Processors { get; }

    public int SharedMemory { get; }

    public long Memory { get; }

    /// <summary>The compute capability, 90 for 9.0.</summary>
    public int Capability { get; }

    /// <summary>The CUDA version that the driver supports, 13000 for 13.0.</summary>
    public int Version { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="device">Its number.</param>
    /// <exception cref="CudaException">There is no driver or no such device.</exception>
    public static CudaDriver Open(int device)
    {
        string[] names = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];
        foreach (var name in names)
            if (NativeLibrary.TryLoad(name, out var library))
                return new CudaDriver(CudaFunctions.Of(library), device);
        throw new CudaException($"NVIDIA's driver ({names[0]}) was not found");
    }

    /// <summary>Loads compiled kernels.</summary>
    /// <param name="image">A cubin, or PTX followed by a zero.</param>
    /// <param name="kernels">The kernels' names.</param>
    /// <exception cref="CudaException">The driver refuses the image.</exception>
    public void Load(ReadOnlySpan<byte> image, ReadOnlySpan<string> kernels)
    {
        using var current = Enter();
        nint module;
        fixed (byte* start = image)
            Check(_cuda.ModuleLoadData(&module, start), "cuModuleLoadData");
        _module = module;
        foreach (var kernel in kernels)
        {
            nint function;
            fixed (byte* name = Encoding.UTF8.GetBytes(kernel + "\0"))
                Check(_cuda.ModuleGetFunction(&function, module, name), $"cuModuleGetFunction of {kernel}");
            // A kernel must request more than 48 KiB explicitly.
            Check(_cuda.FuncSetAttribute(function, MaxDynamicSharedSizeBytes, SharedMemory), "cuFuncSetAttribute");
            _kernels.Add(kernel, function);
        }
    }

    public nint Allocate(long bytes)
    {
        using var current = Enter();
        nint memory;
        var result = _cuda.MemAlloc(&memory, (nuint)bytes);
        if (result != 0)
            throw new CudaException($"{bytes} bytes of the memory of {Name} were refused: {Describe(result)}");
        return memory;
    }

    // Memory is also freed in finalizers and after a device failure, where a failure cannot be handled.
    public void Free(nint memory)
    {
        if (_cuda.CtxPushCurrent(_context) != 0)
            return;
        nint context;
        _ = _cuda.MemFree(memory);
        _ = _cuda.CtxPopCurrent(&context);
    }

    public void Fill(nint memory, byte value, long bytes)
    {
        using var current = Enter();
        Check(_cuda.MemsetD8Async(memory, value, (nuint)bytes, 0), "cuMemsetD8Async");
    }

    public void Upload(void* source, nint target, long bytes)
    {
        using var current = Enter();
        Check(_cuda.MemcpyHtoDAsync(target, source, (nuint)bytes, 0), "cuMemcpyHtoDAsync");
    }

    public void Download(nint source, void* target, long bytes)
    {
        using var current = Enter();
        Check(_cuda.MemcpyDtoH(target, source, (nuint)bytes), "cuMemcpyDtoH");
    }

    public void Copy(nint source, nint target, long bytes)
    {
        using var current = Enter();
        Check(_cuda.MemcpyDtoDAsync(target, source, (nuint)bytes, 0), "cuMemcpyDtoDAsync");
    }

    public void Launch(string kernel, int across, int down, int threads, int sharedBytes, ReadOnlySpan<nint> arguments)
    {
        using var current = Enter();
        fixed (nint* pointers = arguments)
        {
            var result = _cuda.LaunchKernel(
                _kernels[kernel], (uint)across, (uint)down, 1, (uint)threads, 1, 1, (uint)sharedBytes, 0, (void**)pointers, null);
            if (result != 0)
                throw new CudaException($"{kernel} of {across} x {down} blocks of {threads} threads and {sharedBytes} bytes was refused: {Describe(result)}");
        }
    }

    public void Synchronize()
    {
        using var current = Enter();
        Check(_cuda.CtxSynchronize(), "cuCtxSynchronize");
    }

    /// <summary>Creates an event for <see cref="Record"/>.</summary>
    public nint CreateEvent()
    {
        using var current = Enter();
        nint made;
        Check(_cuda.EventCreate(&made, 0), "cuEventCreate");
        return made;
    }

    /// <summary>Records the moment at which everything launched before has finished.</summary>
    public void Record(nint eventHandle)
    {
        using var current = Enter();
        Check(_cuda.EventRecord(eventHandle, 0), "cuEventRecord");
    }

    /// <summary>Waits for the second of two events and returns the milliseconds between them.</summary>
    public float Elapsed(nint first, nint second)
    {
        using var current = Enter();
        float milliseconds;
        Check(_cuda.EventSynchronize(second), "cuEventSynchronize");
        Check(_cuda.EventElapsedTime(&milliseconds, first, second), "cuEventElapsedTime");
        return milliseconds;
    }

    public void Dispose()
    {
        if (_module != 0 && _cuda.CtxPushCurrent(_context) == 0)
        {
            nint context;
            _ = _cuda.ModuleUnload(_module);
            _ = _cuda.CtxPopCurrent(&context);
            _module = 0;
        }

        _ = _cuda.DevicePrimaryCtxRelease(_device);
    }

    /// <summary>Returns a device attribute, <c>CUdevice_attribute</c>.</summary>
    public int Attribute(int attribute)
    {
        int value;
        Check(_cuda.DeviceGetAttribute(&value, attribute, _device), "cuDeviceGetAttribute");
        return value;
    }

    private Current Enter()
    {
        Check(_cuda.CtxPushCurrent(_context), "cuCtxPushCurrent");
        return new Current(_cuda);
    }

    private void Check(int result, string function)
    {
        if (result != 0)
            throw new CudaException($"{function} failed: {Describe(result)}");
    }

    private string Describe(int result)
    {
        byte* text;
        return _cuda.GetErrorString(result, &text) == 0 ? $"{Marshal.PtrToStringUTF8((nint)text)} ({result})" : $"error {result}";
    }

    /// <summary>Makes the context current until it is disposed.</summary>
    private readonly ref struct Current(CudaFunctions cuda)
    {
        public void Dispose()
        {
            nint context;
            _ = cuda.CtxPopCurrent(&context);
        }
    }
}
