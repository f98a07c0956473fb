using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares training iterations of the copy model with a built-in loss and with the same loss as a function of the logits, alternately; one thread, the
/// longest sequences.
/// </summary>
internal static class LossFunctionReport
{
    private const int Iterations = 200;

    public static void Print()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores; the copy model, T = {CopyRuns.Steps}; ms per training iteration, median (minimum)");
        Console.WriteLine();
        Console.WriteLine("| B | Built-in loss | The same as a function | Difference of medians (minima), ms |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var batch in (int[])[1, 16])
            Row(batch);
    }

    private static void Row(int batch)
    {
        var (built, function) = (new List<double>(), new List<double>());
        for (var round = 0; round < 14; round++)
        {
            built.Add(Milliseconds(batch, null));
            function.Add(Milliseconds(batch, CrossEntropy));
        }

        // The first rounds include the JIT.
        var (plain, own) = (Timing.Of(built[2..]), Timing.Of(function[2..]));
        Console.WriteLine(FormattableString.Invariant(
            $"| {batch} | {plain.Median:F3} ({plain.Minimum:F3}) | {own.Median:F3} ({own.Minimum:F3}) | {own.Median - plain.Median:F3} ({own.Minimum - plain.Minimum:F3}) |"));
    }

    private static double Milliseconds(int batch, LossFunction? function)
    {
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Threads = 1 };
        set_num_threads(1);
        var trainer = new Trainer(machine, new LongCopies(function), new TrainingOptions
        {
            BatchSize = batch,
            Sequences = Iterations * batch,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        });
        return trainer.Train().Seconds * 1e3 / Iterations;
    }

    private static Tensor CrossEntropy(Tensor logits, SequenceBatch batch) =>
        nn.functional.binary_cross_entropy_with_logits(logits, batch.Targets, weight: batch.Mask.unsqueeze(-1), reduction: nn.Reduction.Sum) / batch.Targets.size(1);

    /// <summary>Copy sequences of the longest length, as in the copy task.</summary>
    private sealed class LongCopies(LossFunction? function) : SequenceTask
    {
        private const int Width = 8;
        private const int Length = CopyRuns.Steps / 2;

        public override string Name => "long-copies";

        public override int InputSize => Width + 1;

        public override int OutputSize => Width;

        public override LossFunction? LossFunction => function;

        protected override void Draw(ref TaskRandom random, SequenceBuffer sequence)
        {
            sequence.Begin(CopyRuns.Steps);
            for (var t = 0; t < Length; t++)
            {
                var target = sequence.CountedTarget(Length + 1 + t);
                for (var i = 0; i < Width; i++)
                    target[i] = sequence.Input(t)[i] = random.NextInt(0, 1);
            }

            sequence.Input(Length)[Width] = 1;
        }
    }
}
