using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares drawing the data with whole training iterations on the same sequences, alternately; one sequence per update, one thread. The machine is
/// the smallest that the paper trains on any task (one head, 100 units), so the data's share is the largest possible.
/// </summary>
internal static class DataReport
{
    public static void Print()
    {
        Console.WriteLine("| Task | Data, us | Iteration, us | Share by medians (minima) |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (SequenceTask task in (SequenceTask[])[new CopyTask(), new RepeatCopyTask(), new AssociativeRecallTask(), new NGramTask(), new PrioritySortTask()])
            Row(task);
    }

    private static void Row(SequenceTask task)
    {
        const int Iterations = 200;
        using var machine = new NeuralTuringMachine(new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize }, seed: 1) { Threads = 1 };
        var trainer = new Trainer(machine, task, new TrainingOptions { Sequences = Iterations, EvaluationInterval = 0, StopWhenSolved = false });
        var batch = new BatchBuffer(task);
        var (data, whole) = (new List<double>(), new List<double>());
        for (var round = 0; round < 12; round++)
        {
            whole.Add(trainer.Train().Seconds * 1e6 / Iterations);
            data.Add(Timing.Once(() =>
            {
                for (var i = 0; i < Iterations; i++)
                    batch.Fill(SequenceSeeds.Training(1), i, 1);
            }) / Iterations);
        }

        // The first rounds include the JIT.
        var (draw, iteration) = (Timing.Of(data[2..]), Timing.Of(whole[2..]));
        Console.WriteLine($"| {task.Name} | {draw} | {iteration} | {draw.Median / iteration.Median:P2} ({draw.Minimum / iteration.Minimum:P2}) |");
    }
}
