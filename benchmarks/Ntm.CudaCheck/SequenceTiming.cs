using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Engines.Cuda;

namespace Ntm.CudaCheck;

/// <summary>Times whole sequences of the copy task's machine, forward and backward, by device events.</summary>
internal static unsafe class SequenceTiming
{
    /// <summary>Prints, as JSON, the milliseconds of both directions (median and minimum), the floating-point operations and the minimum number of bytes
    /// moved: the data that the forward pass keeps is written once and read once.</summary>
    public static void Print(Device device, int steps, int batch)
    {
        var options = new NtmOptions();
        var driver = device.Runtime.Driver;
        var machine = RandomMachine.Create(driver, options);
        using var workspace = new CudaWorkspace(device.Runtime, machine.Model, LossKind.BinaryCrossEntropy);
        var rows = steps * batch;
        var call = new BatchCall
        {
            Model = machine,
            Kind = CallKind.ForwardThenBackward,
            Steps = steps,
            Batch = batch,
            Inputs = RandomMachine.Array(driver, rows * options.InputSize, 1, 0.5f),
            DLogits = RandomMachine.Array(driver, rows * options.OutputSize, 2, 0.5f),
            Logits = RandomMachine.Array(driver, rows * options.OutputSize, 3, 0),
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

    /// <summary>Returns the floating-point operations of the matrix products and of the memory per step and sample; backward costs twice as much.</summary>
    private static double Operations(MachineShape shape)
    {
        double weights = shape.HeadOutputs * shape.Units + (double)shape.Outputs * (shape.Units + shape.ReadWidth);
        for (var l = 0; l < shape.Layers; l++)
            weights += (double)DeviceHistory.GateRows(shape) * ((shape.Controller.Recurs ? shape.Units : 0) + (l == 0 ? shape.Inputs + shape.ReadWidth : shape.Units));
        var memory = (double)shape.Ntm().Locations * shape.Ntm().Width * (2 * shape.Ntm().Heads + shape.Ntm().Read.Count + 2 * shape.Ntm().Write.Count);
        return 3 * 2 * (weights + memory);
    }
}
