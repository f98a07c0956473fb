using Ntm.Core;
using Ntm.Core.Engines.Cuda;

namespace Ntm.CudaCheck;

/// <summary>Times the memory access of one step, operation by operation, as the engine's blocks execute it.</summary>
internal static unsafe class MemoryAccessTiming
{
    /// <summary>The kernel of these benchmarks.</summary>
    public const string Kernel = "ntmMemoryAccess";

    private const int Repeats = 100;

    /// <summary>In the order of the kernel's operations: the name, whether it is part of the backward pass, and its floating-point operations and floats
    /// moved
    /// per sample.</summary>
    private static readonly (string Name, bool Backward, Func<NtmShape, (double Flops, double Floats)> Work)[] Operations =
    [
        ("content addressing", false, s => (4 * Elements(s) * s.Heads + 6 * Weights(s), Elements(s) * s.Heads + 4 * Weights(s))),
        ("shift and sharpen", false, s => ((4 * s.Read.ShiftRange + 10) * Weights(s), (2 * s.Read.ShiftRange + 8) * Weights(s))),
        ("read", false, s => (2 * Elements(s) * s.Read.Count, (Elements(s) + s.Locations) * s.Read.Count)),
        ("write", false, s => (4 * Elements(s) * s.Write.Count, 3 * Elements(s) + (double)s.Locations * s.Write.Count)),
        ("content addressing, backward", true, s => (Elements(s) * (6 * s.Heads + 2 * s.Read.Count) + 12 * Weights(s), Elements(s) * (s.Heads + 3) + 10 * Weights(s))),
        ("shift and sharpen, backward", true, s => ((8 * s.Read.ShiftRange + 20) * Weights(s), (4 * s.Read.ShiftRange + 16) * Weights(s))),
        ("read, backward", true, s => (2 * Elements(s) * s.Read.Count, (Elements(s) + 2 * s.Locations) * s.Read.Count)),
        ("write, backward", true, s => (11 * Elements(s) * s.Write.Count, Elements(s) * (6 * s.Write.Count + 2))),
    ];

    /// <summary>Times every operation at every size. Data that fits is in shared memory, so the share of the bandwidth may exceed 1. The gradient of the
    /// memory, which content addressing and reading share, is counted with content addressing.</summary>
    public static IEnumerable<MemoryAccessTime> Measure(Device device)
    {
        foreach (var batch in device.IsHost ? (int[])[2] : [1, 128, 1024])
            foreach (var (locations, width) in device.IsHost ? ((int, int)[])[(20, 8)] : [(128, 20), (1024, 64)])
                foreach (var heads in (int[])[1, 4])
                    foreach (var time in Measure(device, batch, locations, width, heads))
                        yield return time;
    }

    private static List<MemoryAccessTime> Measure(Device device, int batch, int locations, int width, int heads)
    {
        var options = new NtmOptions { MemoryLocations = locations, MemoryWidth = width, ReadHeads = heads, WriteHeads = heads };
        var driver = device.Runtime.Driver;
        var machine = RandomMachine.Create(driver, options);
        using var workspace = new CudaWorkspace(device.Runtime, machine.Model, LossKind.BinaryCrossEntropy);
        var call = new BatchCall
        {
            Model = machine,
            Kind = CallKind.ForwardThenBackward,
            Steps = 1,
            Batch = batch,
            Inputs = RandomMachine.Array(driver, batch * options.InputSize, 1, 0.5f),
            Logits = RandomMachine.Array(driver, batch * options.OutputSize, 3, 0),
        };
        // A separate step leaves the data that the operations need.
        workspace.Forward(call, [], 1);
        var times = new List<MemoryAccessTime>();
        for (var operation = 0; operation < Operations.Length; operation++)
        {
            var (name, backward, work) = Operations[operation];
            var (whole, start) = (Time(Repeats), Time(0));
            var (flops, floats) = work(machine.Shape.Ntm());
            times.Add(new MemoryAccessTime(
                batch, locations, width, heads, name, Math.Max(1e-9, (whole - start) / Repeats / 1e3), 4 * floats * batch, flops * batch));

            float Time(int repeats)
            {
                var runs = device.Time(() => workspace.Repeat(Kernel, backward, operation, repeats), 20);
                return runs[runs.Length / 2];
            }
        }

        return times;
    }

    private static double Elements(NtmShape shape) => (double)shape.Locations * shape.Width;

    private static double Weights(NtmShape shape) => (double)shape.Locations * shape.Heads;
}
