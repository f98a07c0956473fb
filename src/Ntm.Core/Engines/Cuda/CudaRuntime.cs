using TorchSharp;

namespace Ntm.Core.Engines.Cuda;

/// <summary>A device with the kernels loaded.</summary>
/// <param name="driver">The device.</param>
/// <param name="limits">The limits of the device.</param>
/// <param name="deviceType">torch's name for the memory that the device uses.</param>
internal sealed class CudaRuntime(ICudaDriver driver, DeviceLimits limits, DeviceType deviceType)
{
    private volatile string? _failure;

    public ICudaDriver Driver => driver;

    public DeviceLimits Limits => limits;

    public DeviceType DeviceType => deviceType;

    /// <summary>The first error of code that may not throw; a device that failed is not used again.</summary>
    public string? Failure
    {
        get => _failure;
        set => _failure = value;
    }
}
