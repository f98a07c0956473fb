using System.Collections.Concurrent;
using TorchSharp;

namespace Ntm.Core.Engines.Cuda;

/// <summary>The CUDA devices of this computer. Each is opened at the first request; if one is not available, the reason is known.</summary>
internal static class CudaDevices
{
    /// <summary>The environment variable that turns the engine off.</summary>
    private const string Switch = "NTM_CUDA";

    /// <summary>The oldest compute capability that the kernels are tested for.</summary>
    private const int LeastCapability = 70;

    private static readonly ConcurrentDictionary<int, Lazy<(CudaRuntime? Runtime, string Reason)>> Opened = new();

    /// <summary>Returns a device, or the reason why it cannot be used. Never throws.</summary>
    /// <param name="device">Its number in torch.</param>
    public static (CudaRuntime? Runtime, string Reason) Get(int device) =>
        Environment.GetEnvironmentVariable(Switch) == "0"
            ? (null, $"{Switch}=0 turns it off")
            : Opened.GetOrAdd(device, d => new Lazy<(CudaRuntime?, string)>(() => Open(d))).Value;

    private static (CudaRuntime? Runtime, string Reason) Open(int device)
    {
        try
        {
            var driver = CudaDriver.Open(device);
            try
            {
                Load(driver, KernelSource.Text, KernelSource.Kernels);
                return (new CudaRuntime(driver, DeviceLimits.Of(driver), DeviceType.CUDA), "");
            }
            catch
            {
                driver.Dispose();
                throw;
            }
        }
        catch (Exception e)
        {
            // Whatever a driver or compiler does wrong, the reference engine is available.
            return (null, e.Message);
        }
    }

    /// <summary>Loads kernels on a device, from the cache or newly compiled.</summary>
    /// <param name="driver">The device.</param>
    /// <param name="source">The source.</param>
    /// <param name="kernels">The kernels' names.</param>
    /// <exception cref="CudaException">The device is too old, or there is no compiler for it.</exception>
    public static void Load(CudaDriver driver, string source, ReadOnlySpan<string> kernels)
    {
        var capability = driver.Capability;
        if (capability < LeastCapability)
            throw new CudaException($"{driver.Name} has compute capability {capability / 10}.{capability % 10}; expected 7.0 or more");
        var nvrtc = NvrtcSearch.Find(NvrtcSearch.Folders(), capability, driver.Version);
        var architecture = NvrtcSearch.Architecture(nvrtc.Architectures, capability)!.Value;
        var image = KernelCache.OfUser().Get(source, architecture, nvrtc.Version, () => nvrtc.Compile(source, architecture).Cubin);
        driver.Load(image, kernels);
    }
}
