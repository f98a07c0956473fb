
namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// How a call is computed: threads, where blocks keep their work, and how the sequence is cut into chunks. Where the history of all steps
/// would be too large, only the state before each chunk is kept, and the backward pass computes the chunk again.
/// </summary>
/// <param name="Threads">Threads of a block.</param>
/// <param name="Keep">Whether steps leave anything behind.</param>
/// <param name="Length">Steps of each chunk but the last.</param>
/// <param name="Count">Chunks.</param>
/// <param name="Forward">The forward pass's work.</param>
/// <param name="Backward">The backward pass's work.</param>
internal readonly record struct SequencePlan(int Threads, bool Keep, int Length, int Count, WorkLayout Forward, WorkLayout Backward)
{
    /// <param name="shape">The machine.</param>
    /// <param name="kind">What the call does.</param>
    /// <param name="steps"><c>T</c></param>
    /// <param name="batch"><c>B</c></param>
    /// <param name="limits">The device's.</param>
    public static SequencePlan Of(MachineShape shape, CallKind kind, int steps, int batch, DeviceLimits limits)
    {
        // Few blocks leave most of the device idle: then each should hide as much of its own latency as it can.
        var threads = batch <= limits.Processors ? limits.MostThreads : Math.Max(32, limits.MostThreads / 64 * 32);
        var keep = kind != CallKind.Forward;
        var (length, count) = keep ? Chunks(shape, steps, batch, limits.HistoryBytes / sizeof(float)) : (steps, 1);
        return new SequencePlan(
            threads, keep, length, count, WorkLayout.Forward(shape, threads, limits.SharedMemory), WorkLayout.Backward(shape, threads, limits.SharedMemory));
    }

    /// <summary>Steps of a chunk.</summary>
    public int StepsOf(int chunk, int steps) => Math.Min(Length, steps - chunk * Length);

    private static (int Length, int Count) Chunks(MachineShape shape, int steps, int batch, long budget)
    {
        var perStep = DeviceHistory.StepFloats(shape) + DeviceHistory.SlotFloats(shape);
        if ((double)steps * perStep * batch <= budget)
            return (steps, 1);
        // Checkpoints and one chunk together are smallest where both are equally large.
        var ideal = Math.Ceiling(Math.Sqrt(steps * (double)DeviceHistory.CarriedFloats(shape) / perStep));
        var length = (int)Math.Clamp(ideal, 1, steps);
        return (length, (steps + length - 1) / length);
    }
}

/// <summary>What a device, or a test, allows.</summary>
/// <param name="Processors">Multiprocessors.</param>
/// <param name="SharedMemory">Bytes of shared memory that a block may have.</param>
/// <param name="MostThreads">The largest block, a multiple of 32; at most 512.</param>
/// <param name="HistoryBytes">Beyond this the history is cut into chunks.</param>
internal readonly record struct DeviceLimits(int Processors, int SharedMemory, int MostThreads, long HistoryBytes)
{
    /// <summary>Threads that the kernels are compiled for.</summary>
    public const int LargestBlock = 512;

    /// <summary>A device's: its history may take a quarter of its memory.</summary>
    public static DeviceLimits Of(ICudaDriver driver) => new(driver.Processors, driver.SharedMemory, LargestBlock, driver.Memory / 4);
}
