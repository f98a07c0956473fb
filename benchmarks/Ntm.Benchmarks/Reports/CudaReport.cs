using System.Diagnostics;
using Ntm.Core;
using Ntm.CudaCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures the CUDA engine: memory access and whole sequences, compared with eager TorchSharp on the same device.</summary>
internal static class CudaReport
{
    private const int Steps = 41;
    private const int Runs = 10;

    public static void Print()
    {
        if (CudaSupport.Obstacle is { } obstacle)
        {
            Console.WriteLine($"The CUDA benchmarks are skipped: {obstacle}.");
            return;
        }

        var device = Ntm.CudaCheck.Device.Open();
        Console.WriteLine($"{device.Runtime.Driver.Name}; memory access of one step, by device events");
        Console.WriteLine();
        PrintMemoryAccess(device);
        Console.WriteLine();
        if (!cuda_is_available())
        {
            Console.WriteLine("Whole sequences are skipped: this libtorch is for the CPU; build with -p:TorchBackend=cuda.");
            return;
        }

        Console.WriteLine($"Forward and backward of the copy model by autograd, T = {Steps}; ms, median (minimum)");
        Console.WriteLine();
        Console.WriteLine("| N x M | Heads | B | Reference engine | CUDA engine | Ratio of medians |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var (locations, width, heads) in ((int, int, int)[])[(128, 20, 1), (128, 20, 4), (1024, 64, 1)])
            foreach (var batch in (int[])[1, 16, 128, 1024])
                Row(new NtmOptions { MemoryLocations = locations, MemoryWidth = width, ReadHeads = heads, WriteHeads = heads }, batch);
    }

    private static void PrintMemoryAccess(CudaCheck.Device device)
    {
        Console.WriteLine("| B | N x M | Heads | Operation | Engine, us | MB moved | MFLOP | Of the bandwidth | Of the float32 peak | Eager TorchSharp, us |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var size in MemoryAccessTiming.Measure(device).GroupBy(t => (t.Batch, t.Locations, t.Width, t.Heads)))
        {
            var (batch, locations, width, heads) = size.Key;
            var eager = cuda_is_available() ? EagerMemoryAccess.Measure(device, batch, locations, width, heads) : [];
            foreach (var t in size)
            {
                var other = eager.TryGetValue(t.Operation, out var seconds) ? $"{seconds * 1e6:F2}" : "not measured";
                Console.WriteLine(
                    $"| {batch} | {locations} x {width} | {heads} | {t.Operation} | {t.Seconds * 1e6:F2} | {t.Bytes / 1e6:F2} | {t.Flops / 1e6:F2} | {t.Bytes / t.Seconds / device.Bandwidth:P0} | {t.Flops / t.Seconds / device.Peak:P0} | {other} |");
            }
        }
    }

    private static void Row(NtmOptions options, int batch)
    {
        using var machine = new NeuralTuringMachine(options, seed: 1);
        machine.to(CUDA);
        var (reference, engine) = (Time(machine, EngineKind.Reference, batch), Time(machine, EngineKind.Cuda, batch));
        Console.WriteLine(
            $"| {options.MemoryLocations} x {options.MemoryWidth} | {options.ReadHeads} | {batch} | {reference} | {engine} | {reference.Median / engine.Median:F0} |");
    }

    private static Timing Time(NeuralTuringMachine machine, EngineKind engine, int batch)
    {
        machine.Engine = engine;
        if (machine.EngineChoice is var choice && choice.Engine != engine)
            throw new InvalidOperationException($"The {engine} engine was requested, but {choice.Reason}.");
        var times = new List<double>();
        for (var run = 0; run < Runs + 2; run++)
        {
            using var scope = NewDisposeScope();
            var inputs = rand(Steps, batch, machine.InputSize, device: CUDA);
            cuda.synchronize();
            var begin = Stopwatch.GetTimestamp();
            machine.zero_grad();
            machine.forward(inputs).Logits.sum().backward();
            cuda.synchronize();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        // The first runs compile and allocate.
        return Timing.Of(times[2..]);
    }
}
