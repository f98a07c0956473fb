namespace Ntm.CudaCheck;

/// <summary>The time of an operation of the memory access.</summary>
/// <param name="Batch"><c>B</c></param>
/// <param name="Locations"><c>N</c></param>
/// <param name="Width"><c>M</c></param>
/// <param name="Heads">The number of read heads, and of write heads.</param>
/// <param name="Operation">The name of the operation.</param>
/// <param name="Seconds">The seconds for the whole batch.</param>
/// <param name="Bytes">The bytes moved for the whole batch.</param>
/// <param name="Flops">The floating-point operations for the whole batch.</param>
internal sealed record MemoryAccessTime(int Batch, int Locations, int Width, int Heads, string Operation, double Seconds, double Bytes, double Flops);
