namespace Ntm.CudaCheck;

/// <summary>What an operation of the memory access takes.</summary>
/// <param name="Batch"><c>B</c></param>
/// <param name="Locations"><c>N</c></param>
/// <param name="Width"><c>M</c></param>
/// <param name="Heads">Read heads, and as many write heads.</param>
/// <param name="Operation">Its name.</param>
/// <param name="Seconds">Of the whole batch.</param>
/// <param name="Bytes">Moved, by the whole batch.</param>
/// <param name="Flops">Floating-point operations of the whole batch.</param>
internal sealed record MemoryAccessTime(int Batch, int Locations, int Width, int Heads, string Operation, double Seconds, double Bytes, double Flops);
