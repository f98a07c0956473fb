using BenchmarkDotNet.Attributes;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Benchmarks;

/// <summary>A whole training iteration on the copy task: data, forward, loss, backward, clipping, optimizer, metrics; one thread.</summary>
[MemoryDiagnoser]
public class TrainingIterationBenchmarks
{
    private const int Iterations = 100;

    private NeuralTuringMachine _machine = null!;
    private Trainer _trainer = null!;

    public static IEnumerable<string> Optimizers => OptimizerOptions.Names;

    [ParamsSource(nameof(Optimizers))]
    public string Optimizer { get; set; } = "";

    [Params(1, 16)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Threads = 1 };
        _trainer = new Trainer(_machine, new CopyTask(), new TrainingOptions
        {
            Optimizer = OptimizerOptions.Create(Optimizer),
            BatchSize = Batch,
            Sequences = Iterations * Batch,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        });
    }

    [GlobalCleanup]
    public void Cleanup() => _machine.Dispose();

    /// <summary>Counts a hundredth of what a training allocates once in each iteration.</summary>
    [Benchmark(OperationsPerInvoke = Iterations)]
    public TrainingResult Iteration() => _trainer.Train();
}
