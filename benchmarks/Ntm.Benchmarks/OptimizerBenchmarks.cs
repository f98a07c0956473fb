using BenchmarkDotNet.Attributes;
using Ntm.Core;
using Ntm.Training;
using Ntm.Training.Optimizers;
using static TorchSharp.torch;

namespace Ntm.Benchmarks;

/// <summary>One update of the copy task's machine, clipping included: the flat optimizers, and torch's where it has the same.</summary>
public class OptimizerBenchmarks
{
    private NeuralTuringMachine _machine = null!;
    private FlatParameters _parameters = null!;
    private FlatOptimizer _flat = null!;
    private optim.Optimizer _torch = null!;
    private float[] _gradient = [];

    [Params(OptimizerKind.Adam, OptimizerKind.RmsProp)]
    public OptimizerKind Optimizer { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        _machine = new NeuralTuringMachine(new NtmOptions(), seed: 1);
        _parameters = new FlatParameters(_machine);
        _flat = FlatOptimizer.Create(new TrainingOptions { Optimizer = Optimizer }, _parameters);
        var random = new Random(1);
        _gradient = [.. Enumerable.Range(0, _parameters.Count).Select(_ => random.NextSingle() - 0.5f)];
        using (no_grad())
            foreach (var parameter in _machine.parameters())
                parameter.grad = randn_like(parameter);
        _torch = Optimizer == OptimizerKind.Adam
            ? optim.Adam(_machine.parameters(), 1e-6)
            : optim.RMSProp(_machine.parameters(), 1e-6, momentum: 0.9);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _torch.Dispose();
        _machine.Dispose();
    }

    [Benchmark]
    public void Flat() => _flat.Update(_parameters, _gradient, 1e-6, clip: 10);

    [Benchmark(Baseline = true)]
    public void Torch()
    {
        using var scope = NewDisposeScope();
        nn.utils.clip_grad_value_(_machine.parameters(), 10);
        _torch.step();
    }
}
