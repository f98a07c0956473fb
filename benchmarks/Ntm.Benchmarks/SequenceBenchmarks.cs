using BenchmarkDotNet.Attributes;
using Ntm.Benchmarks.Reports;
using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Benchmarks;

/// <summary>Whole sequences of the copy task's machine, forward and backward.</summary>
[MemoryDiagnoser]
public class SequenceBenchmarks
{
    private NeuralTuringMachine _machine = null!;
    private SequenceTrainingPass _pass = null!;
    private CopyBatch _batch = null!;
    private Tensor _inputs = null!;
    private Tensor _targets = null!;

    [Params(11, 41)]
    public int Steps { get; set; }

    [Params(1, 16, 64)]
    public int Batch { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(Threads);
        _machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Threads = Threads };
        _pass = new SequenceTrainingPass(_machine, Threads);
        _batch = new CopyBatch(_machine.Options, Steps, Batch);
        _inputs = tensor(_batch.Inputs, [Steps, Batch, _machine.Options.InputSize]);
        _targets = tensor(_batch.Targets, [Steps, Batch, _machine.Options.OutputSize]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _pass.Dispose();
        _machine.Dispose();
    }

    /// <summary>The trainer's path: loss and gradient into flat buffers.</summary>
    [Benchmark]
    public double TrainingPass() => _batch.Compute(_pass).LossSum;

    /// <summary>The module's path: one autograd function.</summary>
    [Benchmark]
    public void Autograd() => Run(EngineKind.Cpu);

    /// <summary>Every operation by torch.</summary>
    [Benchmark(Baseline = true)]
    public void Reference() => Run(EngineKind.Reference);

    private void Run(EngineKind engine)
    {
        using var scope = NewDisposeScope();
        _machine.Engine = engine;
        _machine.zero_grad();
        var (logits, _) = _machine.forward(_inputs);
        nn.functional.binary_cross_entropy_with_logits(logits, _targets, reduction: nn.Reduction.Sum).backward();
    }
}
