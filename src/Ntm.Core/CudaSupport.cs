using Ntm.Core.Engines.Cuda;

namespace Ntm.Core;

/// <summary>Tells whether the CUDA engine is available.</summary>
public static class CudaSupport
{
    /// <summary>The reason why the CUDA engine cannot be used on the first device: no driver, no compiler, a device that is too old, <c>NTM_CUDA=0</c>;
    /// <see langword="null"/> if it can be used. The first call compiles the kernels if they are not cached, which takes seconds.</summary>
    public static string? Obstacle => CudaDevices.Get(0) is (null, var reason) ? reason : null;
}
