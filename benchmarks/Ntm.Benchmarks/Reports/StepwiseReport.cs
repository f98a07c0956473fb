using System.Diagnostics;
using Ntm.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// Compares a loop over <see cref="NtmCell"/> with a loop over torch's <c>LSTMCell</c> and <c>Linear</c> of the same sizes (the copy model's), forward and
/// backward under autograd, and one step without gradients. Both run alternately in the same process with the same number of threads.
/// </summary>
internal static class StepwiseReport
{
    public static void Print()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores; the copy model's sizes, T = {CopyRuns.Steps}; us per step of the batch, median (minimum)");
        Console.WriteLine();
        Console.WriteLine("| Loop | B | Threads | NtmCell | LSTMCell + Linear | Ratio of medians (minima) | Full collections in 1,000 iterations: NtmCell, LSTMCell |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (batch, threads) in ((int, int)[])[(1, 1), (16, 1), (16, 2)])
            Row(new Loops(batch, threads));
    }

    private static void Row(Loops loops)
    {
        Compare("forward and backward", loops, loops.Cell, loops.Lstm, CopyRuns.Steps, $"{Collections(loops.Cell)}, {Collections(loops.Lstm)}");
        Compare("forward, no gradients", loops, loops.CellForward, loops.LstmForward, CopyRuns.Steps, "");
    }

    /// <summary>The full collections in 1,000 iterations, after the first ones, in which space is reserved.</summary>
    private static int Collections(Action run)
    {
        for (var i = 0; i < 100; i++)
            run();
        var before = GC.CollectionCount(2);
        for (var i = 0; i < 1000; i++)
            run();
        return GC.CollectionCount(2) - before;
    }

    private static void Compare(string name, Loops loops, Action cell, Action lstm, int units, string collections)
    {
        var (cells, lstms) = (new List<double>(), new List<double>());
        for (var i = 0; i < 50; i++)
        {
            cell();
            lstm();
        }

        var begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < 4)
        {
            cells.Add(Timing.Once(cell) / units);
            lstms.Add(Timing.Once(lstm) / units);
        }

        var (ours, theirs) = (Timing.Of(cells), Timing.Of(lstms));
        Console.WriteLine(
            $"| {name} | {loops.Batch} | {loops.Threads} | {ours} | {theirs} | {ours.Median / theirs.Median:F2} ({ours.Minimum / theirs.Minimum:F2}) | {collections} |");
    }

    /// <summary>The two models and their loops.</summary>
    private sealed class Loops
    {
        private readonly NtmCell _cell;
        private readonly LSTMCell _lstm;
        private readonly Linear _linear;
        private readonly Tensor[] _inputs;
        private readonly int _hidden;

        public Loops(int batch, int threads)
        {
            (Batch, Threads) = (batch, threads);
            set_num_threads(threads);
            var options = new NtmOptions();
            _cell = new NtmCell(options, seed: 1) { Threads = threads };
            _lstm = nn.LSTMCell(options.InputSize, options.ControllerSize);
            _linear = nn.Linear(options.ControllerSize, options.OutputSize);
            _hidden = options.ControllerSize;
            _inputs = [.. Enumerable.Range(0, CopyRuns.Steps).Select(_ => (rand(batch, options.InputSize) > 0.5).to(float32))];
        }

        public int Batch { get; }

        public int Threads { get; }

        public void Cell()
        {
            using var scope = NewDisposeScope();
            _cell.zero_grad();
            var state = _cell.InitialState(Batch);
            List<Tensor> logits = [];
            foreach (var input in _inputs)
            {
                (var step, state) = _cell.forward(input, state);
                logits.Add(step);
            }

            stack(logits).sum().backward();
        }

        public void Lstm()
        {
            using var scope = NewDisposeScope();
            _lstm.zero_grad();
            _linear.zero_grad();
            var state = (zeros(Batch, _hidden), zeros(Batch, _hidden));
            List<Tensor> logits = [];
            foreach (var input in _inputs)
            {
                state = _lstm.forward(input, state);
                logits.Add(_linear.forward(state.Item1));
            }

            stack(logits).sum().backward();
        }

        public void CellForward()
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var state = _cell.InitialState(Batch);
            foreach (var input in _inputs)
                (_, state) = _cell.forward(input, state);
        }

        public void LstmForward()
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            var state = (zeros(Batch, _hidden), zeros(Batch, _hidden));
            foreach (var input in _inputs)
            {
                state = _lstm.forward(input, state);
                _linear.forward(state.Item1);
            }
        }
    }
}
