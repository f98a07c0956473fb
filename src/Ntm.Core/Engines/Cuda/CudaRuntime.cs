using TorchSharp;

namespace Ntm.Core.Engines.Cuda;

/// <summary>A device with the kernels loaded.</summary>
/// <param name="Driver">The device.</param>
/// <param name="Limits">What it allows.</param>
/// <param name="DeviceType">Torch's name for the memory that it works on.</param>
internal sealed record CudaRuntime(ICudaDriver Driver, DeviceLimits Limits, DeviceType DeviceType);
