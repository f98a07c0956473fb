using System.Diagnostics;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Runtime;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares a step of a session of <see cref="NtmModel"/> with a step of <see cref="NtmCell"/> without gradients, for the same model's file, on one thread. Both
/// run alternately in the same process.
/// </summary>
internal static class StreamingReport
{
    private const int Steps = 50;

    /// <param name="path">The model's file.</param>
    public static void Print(string path)
    {
        Console.WriteLine($"{path}, one thread; us per step of the batch, median (minimum), {Steps} steps at a time");
        Console.WriteLine();
        Console.WriteLine("| B | Session | NtmCell, no gradients | Ratio of medians (minima) | Bytes allocated per step of the session |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        set_num_threads(1);
        foreach (var batch in (int[])[1, 4, 16])
            Row(path, batch);
    }

    private static void Row(string path, int batch)
    {
        using var model = NtmModel.Load(path);
        using var session = model.NewSession(batch);
        using var machine = NtmModelFile.Load(path);
        machine.Threads = 1;
        var random = new Random(1);
        float[] input = [.. Enumerable.Range(0, batch * model.InputSize).Select(_ => random.Next(2))];
        var output = new float[batch * model.OutputSize];
        using var tensorInput = tensor(input, [batch, model.InputSize]);
        var (sessions, cells) = (new List<double>(), new List<double>());
        for (var i = 0; i < 20; i++)
        {
            Session(session, input, output);
            Cell(machine.Cell, tensorInput);
        }

        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 5)
        {
            sessions.Add(Timing.Once(() => Session(session, input, output)) / Steps);
            cells.Add(Timing.Once(() => Cell(machine.Cell, tensorInput)) / Steps);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Session(session, input, output);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        var (ours, core) = (Timing.Of(sessions), Timing.Of(cells));
        Console.WriteLine($"| {batch} | {ours} | {core} | {ours.Median / core.Median:F2} ({ours.Minimum / core.Minimum:F2}) | {bytes / Steps} |");
    }

    private static void Session(NtmSession session, float[] input, float[] output)
    {
        for (var t = 0; t < Steps; t++)
            session.Step(input, output);
    }

    private static void Cell(NtmCell cell, Tensor input)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var state = cell.InitialState(input.size(0));
        for (var t = 0; t < Steps; t++)
            (_, state) = cell.forward(input, state);
    }
}
