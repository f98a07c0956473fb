namespace Ntm.Core.Engines.Cuda;

/// <summary>The exception for an error of the device, its driver or its compiler.</summary>
internal sealed class CudaException(string message) : Exception(message);
