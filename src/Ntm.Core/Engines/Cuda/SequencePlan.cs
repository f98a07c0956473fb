
namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// The plan of a call: the number of threads, the place of the blocks' working data, and the chunks of the sequence. If the history of all steps
/// would be too large, only the state before each chunk is kept, and the backward pass computes the chunk again.
/// </summary>
/// <param name="Threads">The number of threads per block.</param>
/// <param name="Keep">Whether the history of the steps is kept.</param>
/// <param name="Length">The number of steps of each chunk except the last.</param>
/// <param name="Count">The number of chunks.</param>
/// <param name="Forward">The work layout of the forward pass.</param>
/// <param name="Backward">The work layout of the backward pass.</param>
internal readonly record struct SequencePlan(int Threads, bool Keep, int Length, int Count, WorkLayout Forward, WorkLayout Backward)
{
    /// <param name="shape">The machine.</param>
    /// <param name="kind">The kind of the call.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="limits">The limits of the device.</param>
    public static SequencePlan Of(MachineShape shape, CallKind kind, int steps, int batch, DeviceLimits limits)
    {
        // With few blocks most of the device is idle, so each block should hide as much of its own latency as it can.
        var threads = batch <= limits.Processors ? limits.MostThreads : Math.Max(32, limits.MostThreads / 64 * 32);
        var keep = kind != CallKind.Forward;
        var (length, count) = keep ? Chunks(shape, steps, batch, limits.HistoryBytes / sizeof(float)) : (steps, 1);
        return new SequencePlan(
            threads, keep, length, count, WorkLayout.Forward(shape, threads, limits.SharedMemory), WorkLayout.Backward(shape, threads, limits.SharedMemory));
    }

    /// <summary>Returns the number of steps of a chunk.</summary>
    public int StepsOf(int chunk, int steps) => Math.Min(Length, steps - chunk * Length);

    private static (int Length, int Count) Chunks(MachineShape shape, int steps, int batch, long budget)
    {
        var perStep = DeviceHistory.StepFloats(shape) + DeviceHistory.SlotFloats(shape);
        if ((double)steps * perStep * batch <= budget)
            return (steps, 1);
        // Checkpoints and one chunk together need the least memory when both are equally large.
        var ideal = Math.Ceiling(Math.Sqrt(steps * (double)DeviceHistory.CarriedFloats(shape) / perStep));
        var length = (int)Math.Clamp(ideal, 1, steps);
        return (length, (steps + length - 1) / length);
    }
}

/// <summary>The limits of a device, or of a test.</summary>
/// <param name="Processors">The number of multiprocessors.</param>
/// <param name="SharedMemory">The maximum number of bytes of shared memory per block.</param>
/// <param name="MostThreads">The largest block, a multiple of 32; at most 512.</param>
/// <param name="HistoryBytes">The size above which the history is cut into chunks.</param>
internal readonly record struct DeviceLimits(int Processors, int SharedMemory, int MostThreads, long HistoryBytes)
{
    /// <summary>The number of threads that the kernels are compiled for.</summary>
    public const int LargestBlock = 512;

    /// <summary>Returns the limits of a device: its history may use a quarter of its memory.</summary>
    public static DeviceLimits Of(ICudaDriver driver) => new(driver.Processors, driver.SharedMemory, LargestBlock, driver.Memory / 4);
}
