using System.Diagnostics;
using Ntm.Core;
using Ntm.Distributed;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Benchmarks.Reports;

/// <summary>
/// The time of a training iteration that processes share, and the part of it in which they exchange: <c>mpirun -n 4 Ntm.Benchmarks --distributed</c>. One
/// process also prints from which batch on sharing pays with other networks, by a model of latency and bandwidth.
/// </summary>
internal static class DistributedReport
{
    private const int Updates = 80;

    /// <summary>The updates of a point: a report is one more exchange.</summary>
    private const int UpdatesOfPoint = 4;

    /// <summary>The exchanges of an update: scores, slices of the parts, sums.</summary>
    private const int ExchangesOfUpdate = 3;

    /// <summary>The sequences of the smallest part of the engine's: a rank needs one to have work.</summary>
    private const int SequencesOfPart = 4;

    private static readonly (string Name, double Latency, double BytesPerSecond)[] Networks =
    [
        ("10 Gbit Ethernet", 30e-6, 1.1e9), ("InfiniBand HDR100", 2e-6, 12e9),
    ];

    /// <summary>Prints rows of Markdown on rank 0.</summary>
    public static void Print()
    {
        using var exchange = MpiLaunch.Detect() is null ? null : MpiExchange.Start(report: Console.Error.WriteLine);
        var isFirst = exchange is null or { Rank: 0 };
        foreach (var units in (int[])[100, 400])
        {
            foreach (var batch in (int[])[8, 32, 128])
            {
                var (seconds, exchanging, parameters) = Measure(units, batch, exchange);
                if (!isFirst)
                    continue;
                Console.WriteLine(FormattableString.Invariant(
                    $"| {units} | {parameters:N0} | {batch} | {exchange?.Size ?? 1} | {1e3 * seconds:0.00} ms | {1e3 * exchanging:0.00} ms | {exchanging / seconds:P0} |"));
                if (exchange is null && batch == 128)
                    Predict(units, seconds / batch, parameters);
            }
        }
    }

    /// <summary>The batches from which on processes are faster than one, and from which on they are used to 70 %.</summary>
    private static void Predict(int units, double ofSequence, int parameters)
    {
        foreach (var (name, latency, bandwidth) in Networks)
        {
            foreach (var ranks in (int[])[2, 4, 8, 16])
            {
                var exchange = ExchangesOfUpdate * latency * Math.Log2(ranks) + 2.0 * sizeof(float) * parameters * (ranks - 1) / ranks / bandwidth;
                var faster = exchange / (ofSequence * (1 - 1.0 / ranks));
                var used = exchange * ranks * 0.7 / 0.3 / ofSequence;
                Console.WriteLine(FormattableString.Invariant(
                    $"| {units} | {name} | {ranks} | {1e3 * exchange:0.00} ms | {Math.Max(ranks, Math.Ceiling(faster)):N0} | {Math.Max(SequencesOfPart * ranks, Math.Ceiling(used)):N0} |"));
            }
        }
    }

    /// <summary>Returns the median time of an update, and that in exchanges.</summary>
    private static (double Seconds, double Exchanging, int Parameters) Measure(int units, int batch, MpiExchange? exchange)
    {
        var task = new CopyTask(new CopyOptions { MinLength = 10, MaxLength = 10 });
        using var machine = new NeuralTuringMachine(
            new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = units, MemoryLocations = 128, MemoryWidth = 20 }, seed: 1)
        { Threads = 1 };
        var timed = exchange is null ? null : new TimedExchange(exchange);
        List<(double Seconds, double Exchanging)> points = [];
        var (clock, before, exchangingBefore) = (new Stopwatch(), 0.0, 0.0);
        var trainer = new Trainer(machine, task, new TrainingOptions
        {
            Optimizer = new GravesRmsProp(),
            BatchSize = batch,
            Sequences = Updates * (long)batch,
            ReportInterval = UpdatesOfPoint * (long)batch,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        })
        { Exchange = timed };
        clock.Start();
        trainer.Train(new Points(() =>
        {
            var (now, exchanging) = (clock.Elapsed.TotalSeconds, timed?.Seconds ?? 0);
            points.Add(((now - before) / UpdatesOfPoint, (exchanging - exchangingBefore) / UpdatesOfPoint));
            (before, exchangingBefore) = (now, exchanging);
        }));
        // The first ones compile; on other ranks nothing is reported.
        var steady = points.Skip(points.Count / 4).OrderBy(p => p.Seconds).ToList();
        var median = steady.Count > 0 ? steady[steady.Count / 2] : default;
        return (median.Seconds, median.Exchanging, machine.named_parameters().Sum(p => (int)p.parameter.numel()));
    }

    private sealed class Points(Action then) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => then();
    }

    /// <summary>An exchange that measures the time in its calls, which includes waiting for the slowest rank.</summary>
    private sealed class TimedExchange(IGradientExchange exchange) : IGradientExchange
    {
        private readonly Stopwatch _clock = new();

        public int Rank => exchange.Rank;

        public int Size => exchange.Size;

        public double Seconds => _clock.Elapsed.TotalSeconds;

        public void Broadcast(Span<byte> data)
        {
            _clock.Start();
            exchange.Broadcast(data);
            _clock.Stop();
        }

        public void AllGather(ReadOnlySpan<byte> own, Span<byte> all, ReadOnlySpan<int> counts)
        {
            _clock.Start();
            exchange.AllGather(own, all, counts);
            _clock.Stop();
        }

        public void AllToAll(ReadOnlySpan<byte> own, ReadOnlySpan<int> ownCounts, Span<byte> received, ReadOnlySpan<int> receivedCounts)
        {
            _clock.Start();
            exchange.AllToAll(own, ownCounts, received, receivedCounts);
            _clock.Stop();
        }

        public void Abort(Exception cause) => exchange.Abort(cause);
    }
}
