using System.Diagnostics;
using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>Measures the speed of the CPU engine: alone, compared with the core's peak, compared with the reference engine.</summary>
internal static class SpeedReport
{
    public static void Print()
    {
        set_num_threads(1);
        Console.WriteLine($"{Environment.ProcessorCount} cores; forward, loss and backward of the copy model, T = {CopyRuns.Steps}; us per step and sample, median (minimum)");
        Console.WriteLine();
        Console.WriteLine("| B | Threads | CPU engine | Share of the FMA peak, median (best) |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var (batch, threads) in ((int, int)[])[(1, 1), (4, 1), (16, 1), (64, 1), (16, 2), (64, 2)])
            Row(batch, threads);
        Console.WriteLine();
        Console.WriteLine("| B | Threads | Reference engine | CPU engine | Ratio of medians (minima) |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Versus(1, 1);
        Versus(16, 1);
        Versus(64, 2);
    }

    /// <summary>Compares each run of the engine with a burst of multiply-adds right before it, so that both see the machine in
    /// the same state.</summary>
    private static void Row(int batch, int threads)
    {
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1);
        using var pass = new SequenceTrainingPass(machine, threads);
        var data = new CopyBatch(machine.Options, CopyRuns.Steps, batch);
        // Several small batches make a run that is as long as a burst.
        var repeats = Math.Max(1, 8 / batch);
        Timing.Of(() => data.Compute(pass), 1, 0.5);
        var (times, shares) = (new List<double>(), new List<double>());
        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 4)
        {
            var peak = FmaPeak.Burst() * threads;
            var time = Timing.Once(() =>
            {
                for (var r = 0; r < repeats; r++)
                    data.Compute(pass);
            }) / (repeats * CopyRuns.Steps * batch);
            times.Add(time);
            shares.Add(CopyRuns.Operations / time / 1e3 / peak);
        }

        var timing = Timing.Of(times);
        shares.Sort();
        Console.WriteLine($"| {batch} | {threads} | {timing} | {shares[shares.Count / 2]:P0} ({shares[^1]:P0}) |");
    }

    private static void Versus(int batch, int threads)
    {
        set_num_threads(threads);
        var reference = CopyRuns.Reference(batch, seconds: 4);
        set_num_threads(1);
        var engine = CopyRuns.Engine(new NtmOptions(), CopyRuns.Steps, batch, threads, seconds: 3);
        Console.WriteLine(
            $"| {batch} | {threads} | {reference} | {engine} | {reference.Median / engine.Median:F0} ({reference.Minimum / engine.Minimum:F0}) |");
    }
}
