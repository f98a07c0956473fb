using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares a whole training iteration (data, forward, loss, backward, clipping, optimizer, metrics) with forward, loss and backward of the same
/// batches alone, alternately; one thread, lengths 1 to 20.
/// </summary>
internal static class IterationReport
{
    public static void Print()
    {
        Console.WriteLine("| Optimizer | B | Iteration, us | Forward + backward, us | Ratio of medians (minima) |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var optimizer in OptimizerOptions.Names)
            foreach (var batch in (int[])[1, 16])
                Row(optimizer, batch);
    }

    private static void Row(string optimizer, int batch)
    {
        const int Iterations = 400;
        var task = new CopyTask();
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Threads = 1 };
        using var pass = new SequenceTrainingPass(machine, threads: 1);
        var trainer = new Trainer(machine, task, new TrainingOptions
        {
            Optimizer = OptimizerOptions.Create(optimizer),
            BatchSize = batch,
            Sequences = Iterations * batch,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        });
        BatchBuffer[] batches = [.. Enumerable.Range(0, Iterations).Select(i =>
        {
            var buffer = new BatchBuffer(task);
            buffer.Fill(SequenceSeeds.Training(1), i * batch, batch);
            return buffer;
        })];
        var (whole, alone) = (new List<double>(), new List<double>());
        for (var round = 0; round < 12; round++)
        {
            whole.Add(trainer.Train().Seconds * 1e6 / Iterations);
            alone.Add(Timing.Once(() =>
            {
                foreach (var b in batches)
                    pass.Compute(b.Inputs, b.Targets, b.Mask, b.Lengths, b.Steps, b.BatchSize);
            }) / Iterations);
        }

        // The first rounds include the JIT.
        var (iteration, compute) = (Timing.Of(whole[2..]), Timing.Of(alone[2..]));
        Console.WriteLine(
            $"| {optimizer} | {batch} | {iteration} | {compute} | {iteration.Median / compute.Median:F2} ({iteration.Minimum / compute.Minimum:F2}) |");
    }
}
