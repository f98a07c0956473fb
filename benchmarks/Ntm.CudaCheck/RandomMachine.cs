using Ntm.Core;
using Ntm.Core.Engines.Cuda;

namespace Ntm.CudaCheck;

/// <summary>Arbitrary parameters and data on the device: the times do not depend on them.</summary>
internal static unsafe class RandomMachine
{
    /// <summary>Creates a machine with the options' sizes: an LSTM of one layer, with everything learned except the memory.</summary>
    public static DeviceMachine Create(ICudaDriver driver, NtmOptions o)
    {
        var (h, below, reads) = (o.ControllerSize, o.InputSize + o.ReadHeads * o.MemoryWidth, o.MemoryWidth + 2 * o.ShiftRange + 4);
        var writes = reads + 2 * o.MemoryWidth;
        (string Name, long Length)[] parameters =
        [
            ("controller.layers.0.weight_ih", 4L * h * below), ("controller.layers.0.weight_hh", 4L * h * h), ("controller.layers.0.bias", 4L * h),
            ("controller.layers.0.initial_h", h), ("controller.layers.0.initial_c", h),
            ("read_heads.layer.weight", (long)o.ReadHeads * reads * h), ("read_heads.layer.bias", o.ReadHeads * reads),
            ("read_heads.initial_weightings.bias", o.ReadHeads * o.MemoryLocations), ("read_heads.initial_reads.bias", o.ReadHeads * o.MemoryWidth),
            ("write_heads.layer.weight", (long)o.WriteHeads * writes * h), ("write_heads.layer.bias", o.WriteHeads * writes),
            ("write_heads.initial_weightings.bias", o.WriteHeads * o.MemoryLocations),
            ("output.weight", (long)o.OutputSize * (h + o.ReadHeads * o.MemoryWidth)), ("output.bias", o.OutputSize),
        ];
        return new DeviceMachine(
            o, [.. parameters.Select(p => p.Name)], [.. parameters.Select(p => p.Length)],
            [.. parameters.Select((p, i) => (nint)Array(driver, (int)p.Length, i, 0.1f))], new NtmStartValues { Constant = Array(driver, 1, 99, 1e-6f) });
    }

    /// <summary>Numbers in <c>-bound..bound</c> on the device.</summary>
    public static float* Array(ICudaDriver driver, int count, int seed, float bound)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = bound * (2 * random.NextSingle() - 1);
        var start = driver.Allocate(4L * count);
        fixed (float* source = values)
            driver.Upload(source, start, 4L * count);
        return (float*)start;
    }
}
