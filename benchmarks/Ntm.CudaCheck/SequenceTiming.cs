using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Engines.Cpu;
using Ntm.Core.Engines.Cuda;

namespace Ntm.CudaCheck;

/// <summary>Times whole sequences of the copy task's machine, forward and backward, by device events.</summary>
internal static unsafe class SequenceTiming
{
    /// <summary>Prints, as JSON, the milliseconds of both directions (median and minimum), the floating-point operations and the bytes that must
    /// be moved at least: what the forward pass leaves behind is written once and read once.</summary>
    public static void Print(Device device, int steps, int batch)
    {
        var options = new NtmOptions();
        var driver = device.Runtime.Driver;
        var machine = Machine(driver, options);
        using var workspace = new CudaWorkspace(device.Runtime, machine.Shape, machine.Table, machine);
        var rows = steps * batch;
        var call = new BatchCall
        {
            Kind = CallKind.ForwardThenBackward,
            Steps = steps,
            Batch = batch,
            Inputs = Random(driver, rows * options.InputSize, 1, 0.5f),
            DLogits = Random(driver, rows * options.OutputSize, 2, 0.5f),
            Logits = Random(driver, rows * options.OutputSize, 3, 0),
        };
        var forward = device.Time(() => workspace.Forward(call, [], 1), 20);
        var both = device.Time(
            () =>
            {
                workspace.Forward(call, [], 1);
                workspace.Backward(1);
            },
            20);
        if (device.Runtime.Failure is { } failure)
            throw new InvalidOperationException(failure);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            steps,
            batch,
            forward = forward[forward.Length / 2],
            both = both[both.Length / 2],
            fastest = both[0],
            flops = Operations(machine.Shape) * rows,
            bytes = 8.0 * DeviceHistory.Floats(machine.Shape, steps, batch),
        }));
    }

    /// <summary>Floating-point operations of the matrix products and of the memory per step and sample; backward costs twice as much.</summary>
    private static double Operations(MachineShape shape)
    {
        double weights = shape.HeadOutputs * shape.Units + (double)shape.Outputs * (shape.Units + shape.ReadWidth);
        for (var l = 0; l < shape.Layers; l++)
            weights += (double)DeviceHistory.GateRows(shape) * ((shape.Lstm ? shape.Units : 0) + (l == 0 ? shape.Inputs + shape.ReadWidth : shape.Units));
        var memory = (double)shape.Locations * shape.Width * (2 * shape.Heads + shape.Read.Count + 2 * shape.Write.Count);
        return 3 * 2 * (weights + memory);
    }

    private static DeviceMachine Machine(ICudaDriver driver, NtmOptions o)
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
            [.. parameters.Select((p, i) => (nint)Random(driver, (int)p.Length, i, 0.1f))], new StartValues { Constant = Random(driver, 1, 99, 1e-6f) });
    }

    /// <summary>Numbers in <c>-bound..bound</c> on the device.</summary>
    private static float* Random(ICudaDriver driver, int count, int seed, float bound)
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
