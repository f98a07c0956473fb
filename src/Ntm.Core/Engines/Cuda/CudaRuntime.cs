using TorchSharp;

namespace Ntm.Core.Engines.Cuda;

/// <summary>A device with the kernels loaded.</summary>
/// <param name="driver">The device.</param>
/// <param name="limits">What it allows.</param>
/// <param name="deviceType">Torch's name for the memory that it works on.</param>
internal sealed class CudaRuntime(ICudaDriver driver, DeviceLimits limits, DeviceType deviceType)
{
    private volatile string? _failure;

    public ICudaDriver Driver => driver;

    public DeviceLimits Limits => limits;

    public DeviceType DeviceType => deviceType;

    /// <summary>What went wrong where nothing may be thrown; a device that failed is not used again.</summary>
    public string? Failure
    {
        get => _failure;
        set => _failure = value;
    }
}
