namespace Ntm.Core.Engines.Cuda;

/// <summary>The device, its driver or its compiler refused something.</summary>
internal sealed class CudaException(string message) : Exception(message);
