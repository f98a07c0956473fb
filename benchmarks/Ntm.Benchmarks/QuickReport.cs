using System.Diagnostics;
using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Benchmarks;

/// <summary>The engine's rows of the table of speed goals, in a minute: medians and minima of interleaved runs.</summary>
internal static class QuickReport
{
    /// <summary>Floating-point operations per step and sample of the copy task's machine, forward and backward.</summary>
    private const double CopyOperations = 470e3;

    private const int CopySteps = 41;

    public static void Print()
    {
        set_num_threads(1);
        var peak = FmaPeak.Measure();
        Console.WriteLine($"FMA peak, one thread: {peak:F1} GFLOP/s; {Environment.ProcessorCount} processors");
        Console.WriteLine();
        Console.WriteLine("| B | Threads | us per step and sample: median (min) | Share of FMA peak: median (best) |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var (batch, threads) in ((int, int)[])[(1, 1), (4, 1), (16, 1), (64, 1), (16, 2), (64, 2)])
        {
            var (median, min) = Engine(new NtmOptions(), CopySteps, batch, threads, seconds: 2);
            string Share(double us) => $"{CopyOperations / us / 1e3 / (peak * threads):P0}";
            Console.WriteLine($"| {batch} | {threads} | {median:F2} ({min:F2}) | {Share(median)} ({Share(min)}) |");
        }

        Console.WriteLine();
        Console.WriteLine("| Against the reference engine | Reference, us per step and sample: median (min) | CPU engine | Ratio of medians (minima) |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Versus(1, 1);
        Versus(64, 2);
        Console.WriteLine();
        Growth();
    }

    /// <summary>The cost of a step and sample while one size doubles: constant in <c>T</c> and <c>B</c>, linear in <c>N</c> and <c>M</c>.</summary>
    public static void Growth()
    {
        Console.WriteLine("| Size | us per step and sample, one thread, minima |");
        Console.WriteLine("| --- | --- |");
        Row("T = 20, 80, 320, 1,280, 5,120 (B = 4)", [20, 80, 320, 1280, 5120], t => Engine(new NtmOptions(), t, 4, 1, 1));
        Row("B = 4, 16, 64, 256", [4, 16, 64, 256], b => Engine(new NtmOptions(), CopySteps, b, 1, 1));
        Row("N = 128, 512, 2,048, 8,192 (B = 4)", [128, 512, 2048, 8192], n => Engine(new NtmOptions { MemoryLocations = n }, 20, 4, 1, 1));
        Row("M = 20, 80, 320 (B = 4)", [20, 80, 320], m => Engine(new NtmOptions { MemoryWidth = m }, 20, 4, 1, 1));

        static void Row(string name, int[] sizes, Func<int, (double Median, double Min)> measure) =>
            Console.WriteLine($"| {name} | {string.Join(", ", sizes.Select(s => measure(s).Min.ToString("F2")))} |");
    }

    private static void Versus(int batch, int threads)
    {
        set_num_threads(threads);
        var reference = Reference(batch);
        set_num_threads(1);
        var engine = Engine(new NtmOptions(), CopySteps, batch, threads, seconds: 3);
        Console.WriteLine(
            $"| B = {batch}, {threads} thread(s) | {reference.Median:F0} ({reference.Min:F0}) | {engine.Median:F2} ({engine.Min:F2}) | "
            + $"{reference.Median / engine.Median:F0} ({reference.Min / engine.Min:F0}) |");
    }

    /// <summary>Forward, loss and backward by <see cref="SequenceTrainingPass"/>, in us per step and sample.</summary>
    public static (double Median, double Min) Engine(NtmOptions options, int steps, int batch, int threads, double seconds)
    {
        using var machine = new NeuralTuringMachine(options, seed: 1);
        using var pass = new SequenceTrainingPass(machine, threads);
        var data = new CopyBatch(options, steps, batch);
        return Time(() => data.Compute(pass), steps * batch, seconds);
    }

    private static (double Median, double Min) Reference(int batch)
    {
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Engine = EngineKind.Reference };
        var data = new CopyBatch(machine.Options, CopySteps, batch);
        return Time(Run, CopySteps * batch, 4);

        void Run()
        {
            using var scope = NewDisposeScope();
            machine.zero_grad();
            var (logits, _) = machine.forward(tensor(data.Inputs, [CopySteps, batch, machine.Options.InputSize]));
            var targets = tensor(data.Targets, [CopySteps, batch, machine.Options.OutputSize]);
            var mask = tensor(data.Mask, [CopySteps, batch, 1]);
            var cost = nn.functional.binary_cross_entropy_with_logits(logits, targets, weight: mask, reduction: nn.Reduction.Sum) / batch;
            cost.backward();
        }
    }

    private static (double Median, double Min) Time(Action run, int divisor, double seconds)
    {
        var times = new List<double>();
        var begin = Stopwatch.GetTimestamp();
        // The JIT optimises hot loops in the background during the first second.
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 1 || times.Count < 3)
        {
            run();
            times.Add(0);
        }

        times.Clear();
        begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds || times.Count < 5)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / divisor);
        }

        times.Sort();
        return (times[times.Count / 2], times[0]);
    }
}
