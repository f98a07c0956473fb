using System.Runtime.InteropServices;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The driver's functions. Handles and device pointers are <see cref="nint"/>; every result except zero is an error.</summary>
internal sealed unsafe class CudaFunctions
{
    public required delegate* unmanaged<uint, int> Init { get; init; }

    public required delegate* unmanaged<int*, int> DriverGetVersion { get; init; }

    public required delegate* unmanaged<int, byte**, int> GetErrorString { get; init; }

    public required delegate* unmanaged<int*, int, int> DeviceGet { get; init; }

    public required delegate* unmanaged<byte*, int, int, int> DeviceGetName { get; init; }

    public required delegate* unmanaged<int*, int, int, int> DeviceGetAttribute { get; init; }

    public required delegate* unmanaged<nuint*, int, int> DeviceTotalMem { get; init; }

    public required delegate* unmanaged<nint*, int, int> DevicePrimaryCtxRetain { get; init; }

    public required delegate* unmanaged<int, int> DevicePrimaryCtxRelease { get; init; }

    public required delegate* unmanaged<nint, int> CtxPushCurrent { get; init; }

    public required delegate* unmanaged<nint*, int> CtxPopCurrent { get; init; }

    public required delegate* unmanaged<int> CtxSynchronize { get; init; }

    public required delegate* unmanaged<nint*, void*, int> ModuleLoadData { get; init; }

    public required delegate* unmanaged<nint, int> ModuleUnload { get; init; }

    public required delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction { get; init; }

    public required delegate* unmanaged<nint, int, int, int> FuncSetAttribute { get; init; }

    public required delegate* unmanaged<nint*, nuint, int> MemAlloc { get; init; }

    public required delegate* unmanaged<nint, int> MemFree { get; init; }

    public required delegate* unmanaged<nint, byte, nuint, nint, int> MemsetD8Async { get; init; }

    public required delegate* unmanaged<nint, void*, nuint, nint, int> MemcpyHtoDAsync { get; init; }

    public required delegate* unmanaged<void*, nint, nuint, int> MemcpyDtoH { get; init; }

    public required delegate* unmanaged<nint, nint, nuint, nint, int> MemcpyDtoDAsync { get; init; }

    public required delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel { get; init; }

    public required delegate* unmanaged<nint*, uint, int> EventCreate { get; init; }

    public required delegate* unmanaged<nint, nint, int> EventRecord { get; init; }

    public required delegate* unmanaged<nint, int> EventSynchronize { get; init; }

    public required delegate* unmanaged<float*, nint, nint, int> EventElapsedTime { get; init; }

    /// <summary>Looks up the functions.</summary>
    /// <exception cref="CudaException">The library lacks one.</exception>
    public static CudaFunctions Of(nint library)
    {
        // CUDA 13 has replaced this name; its successor does the same.
        void* Find(string name, string? successor = null) => NativeLibrary.TryGetExport(library, name, out var address)
            || (successor is not null && NativeLibrary.TryGetExport(library, successor, out address))
            ? (void*)address
            : throw new CudaException($"NVIDIA's driver has no {name}: it is too old");
        return new CudaFunctions
        {
            Init = (delegate* unmanaged<uint, int>)Find("cuInit"),
            DriverGetVersion = (delegate* unmanaged<int*, int>)Find("cuDriverGetVersion"),
            GetErrorString = (delegate* unmanaged<int, byte**, int>)Find("cuGetErrorString"),
            DeviceGet = (delegate* unmanaged<int*, int, int>)Find("cuDeviceGet"),
            DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Find("cuDeviceGetName"),
            DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Find("cuDeviceGetAttribute"),
            DeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)Find("cuDeviceTotalMem_v2"),
            DevicePrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain"),
            DevicePrimaryCtxRelease = (delegate* unmanaged<int, int>)Find("cuDevicePrimaryCtxRelease_v2"),
            CtxPushCurrent = (delegate* unmanaged<nint, int>)Find("cuCtxPushCurrent_v2"),
            CtxPopCurrent = (delegate* unmanaged<nint*, int>)Find("cuCtxPopCurrent_v2"),
            CtxSynchronize = (delegate* unmanaged<int>)Find("cuCtxSynchronize"),
            ModuleLoadData = (delegate* unmanaged<nint*, void*, int>)Find("cuModuleLoadData"),
            ModuleUnload = (delegate* unmanaged<nint, int>)Find("cuModuleUnload"),
            ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find("cuModuleGetFunction"),
            FuncSetAttribute = (delegate* unmanaged<nint, int, int, int>)Find("cuFuncSetAttribute"),
            MemAlloc = (delegate* unmanaged<nint*, nuint, int>)Find("cuMemAlloc_v2"),
            MemFree = (delegate* unmanaged<nint, int>)Find("cuMemFree_v2"),
            MemsetD8Async = (delegate* unmanaged<nint, byte, nuint, nint, int>)Find("cuMemsetD8Async"),
            MemcpyHtoDAsync = (delegate* unmanaged<nint, void*, nuint, nint, int>)Find("cuMemcpyHtoDAsync_v2"),
            MemcpyDtoH = (delegate* unmanaged<void*, nint, nuint, int>)Find("cuMemcpyDtoH_v2"),
            MemcpyDtoDAsync = (delegate* unmanaged<nint, nint, nuint, nint, int>)Find("cuMemcpyDtoDAsync_v2"),
            LaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find("cuLaunchKernel"),
            EventCreate = (delegate* unmanaged<nint*, uint, int>)Find("cuEventCreate"),
            EventRecord = (delegate* unmanaged<nint, nint, int>)Find("cuEventRecord"),
            EventSynchronize = (delegate* unmanaged<nint, int>)Find("cuEventSynchronize"),
            EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Find("cuEventElapsedTime", "cuEventElapsedTime_v2"),
        };
    }
}
