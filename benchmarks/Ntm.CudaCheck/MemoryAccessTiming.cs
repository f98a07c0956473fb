using Ntm.Core;
using Ntm.Core.Engines.Cpu;
using Ntm.Core.Engines.Cuda;

namespace Ntm.CudaCheck;

/// <summary>The memory access of one step, operation by operation, as the engine's blocks do it.</summary>
internal static unsafe class MemoryAccessTiming
{
    /// <summary>The kernel of these benchmarks.</summary>
    public const string Kernel = "ntmMemoryAccess";

    private const int Repeats = 100;

    /// <summary>In the order of the kernel's operations, whether it is one of the backward pass, and its floating-point operations and floats moved
    /// per sample.</summary>
    private static readonly (string Name, bool Backward, Func<MachineShape, (double Flops, double Floats)> Work)[] Operations =
    [
        ("content addressing", false, s => (4 * Elements(s) * s.Heads + 6 * Weights(s), Elements(s) * s.Heads + 4 * Weights(s))),
        ("shift and sharpen", false, s => ((4 * s.Read.ShiftRange + 10) * Weights(s), (2 * s.Read.ShiftRange + 8) * Weights(s))),
        ("read", false, s => (2 * Elements(s) * s.Read.Count, (Elements(s) + s.Locations) * s.Read.Count)),
        ("write", false, s => (4 * Elements(s) * s.Write.Count, 3 * Elements(s) + (double)s.Locations * s.Write.Count)),
        ("addressing and read, backward", true, s => (Elements(s) * (6 * s.Heads + 4 * s.Read.Count) + 40 * Weights(s), Elements(s) * (2 * s.Heads + s.Read.Count + 2) + 20 * Weights(s))),
        ("write, backward", true, s => (11 * Elements(s) * s.Write.Count, Elements(s) * (6 * s.Write.Count + 2))),
    ];

    /// <summary>Prints a table: microseconds of an operation for the whole batch; shares of the device's bandwidth and float32 peak. What fits lies in
    /// shared memory, so that the first may exceed 1.</summary>
    public static void Print(Device device, double bandwidth, double peak)
    {
        Console.WriteLine("| B | N x M | Heads | Operation | us | MB moved | MFLOP | Of the bandwidth | Of the float32 peak |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var batch in device.IsHost ? (int[])[2] : [1, 128, 1024])
            foreach (var (locations, width) in device.IsHost ? ((int, int)[])[(20, 8)] : [(128, 20), (1024, 64)])
                foreach (var heads in (int[])[1, 4])
                    Row(device, batch, locations, width, heads, bandwidth, peak);
    }

    private static void Row(Device device, int batch, int locations, int width, int heads, double bandwidth, double peak)
    {
        var options = new NtmOptions { MemoryLocations = locations, MemoryWidth = width, ReadHeads = heads, WriteHeads = heads };
        var driver = device.Runtime.Driver;
        var machine = RandomMachine.Create(driver, options);
        using var workspace = new CudaWorkspace(device.Runtime, machine.Shape, machine.Table, machine);
        var call = new BatchCall
        {
            Kind = CallKind.ForwardThenBackward,
            Steps = 1,
            Batch = batch,
            Inputs = RandomMachine.Array(driver, batch * options.InputSize, 1, 0.5f),
            Logits = RandomMachine.Array(driver, batch * options.OutputSize, 3, 0),
        };
        // A step of its own leaves what the operations work with.
        workspace.Forward(call, [], 1);
        for (var operation = 0; operation < Operations.Length; operation++)
        {
            var (name, backward, work) = Operations[operation];
            var (whole, start) = (Time(Repeats), Time(0));
            var seconds = Math.Max(1e-9, (whole - start) / Repeats / 1e3);
            var (flops, floats) = work(machine.Shape);
            var (operations, bytes) = (flops * batch, 4 * floats * batch);
            Console.WriteLine(
                $"| {batch} | {locations} x {width} | {heads} | {name} | {seconds * 1e6:F2} | {bytes / 1e6:F2} | {operations / 1e6:F2} | {bytes / seconds / bandwidth:P0} | {operations / seconds / peak:P0} |");

            float Time(int repeats)
            {
                var times = device.Time(() => workspace.Repeat(Kernel, backward, operation, repeats), 20);
                return times[times.Length / 2];
            }
        }
    }

    private static double Elements(MachineShape shape) => (double)shape.Locations * shape.Width;

    private static double Weights(MachineShape shape) => (double)shape.Locations * shape.Heads;
}
