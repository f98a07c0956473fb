using Ntm.Core.Engines.Cuda;

namespace Ntm.Core;

/// <summary>Whether the CUDA engine is there.</summary>
public static class CudaSupport
{
    /// <summary>Why the CUDA engine cannot be used on the first device: no driver, no compiler, too old a device, <c>NTM_CUDA=0</c>;
    /// <see langword="null"/> if it can. The kernels are compiled on the first call, which takes seconds where they were not before.</summary>
    public static string? Obstacle => CudaDevices.Get(0) is (null, var reason) ? reason : null;
}
