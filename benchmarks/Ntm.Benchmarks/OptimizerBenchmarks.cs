using BenchmarkDotNet.Attributes;
using Ntm.Core;
using Ntm.Training;
using Ntm.Training.Optimizers;
using static TorchSharp.torch;

namespace Ntm.Benchmarks;

/// <summary>Benchmarks of one update of the copy task's machine, clipping included: the flat optimizers, and torch's if it has the same.</summary>
public class OptimizerBenchmarks
{
    private NeuralTuringMachine _machine = null!;
    private FlatParameters _parameters = null!;
    private FlatOptimizer _flat = null!;
    private optim.Optimizer? _torch;
    private GradientClipping _clipping = null!;
    private float[] _gradient = [];

    public static IEnumerable<string> Optimizers => OptimizerOptions.Names;

    public static IEnumerable<string> Clippings => GradientClipping.Names;

    [ParamsSource(nameof(Optimizers))]
    public string Optimizer { get; set; } = "";

    [ParamsSource(nameof(Clippings))]
    public string Clipping { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        set_num_threads(1);
        _machine = new NeuralTuringMachine(new NtmOptions(), seed: 1);
        _parameters = new FlatParameters(_machine);
        _flat = OptimizerOptions.Create(Optimizer).CreateFor(_parameters);
        var random = new Random(1);
        _gradient = [.. Enumerable.Range(0, _parameters.Count).Select(_ => random.NextSingle() - 0.5f)];
        using (no_grad())
            foreach (var parameter in _machine.parameters())
                parameter.grad = randn_like(parameter);
        _clipping = GradientClipping.Create(Clipping);
        _torch = Optimizer switch
        {
            "adam" => optim.Adam(_machine.parameters(), 1e-6),
            "adamw" => optim.AdamW(_machine.parameters(), 1e-6),
            "sgd" => optim.SGD(_machine.parameters(), 1e-6),
            "rmsprop" => optim.RMSProp(_machine.parameters(), 1e-6, momentum: 0.9),
            _ => null,
        };
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _torch?.Dispose();
        _machine.Dispose();
    }

    [Benchmark]
    public void Flat() => _flat.Update(_parameters, _gradient, 1e-6, _clipping);

    [Benchmark(Baseline = true)]
    public void Torch()
    {
        using var scope = NewDisposeScope();
        if (_clipping is ClipByValue value)
            nn.utils.clip_grad_value_(_machine.parameters(), value.ClipValue);
        else if (_clipping is ClipByNorm norm)
            nn.utils.clip_grad_norm_(_machine.parameters(), norm.MaxNorm);
        _torch?.step();
    }
}
