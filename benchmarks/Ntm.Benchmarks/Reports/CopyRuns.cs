using Ntm.Core;
using static TorchSharp.torch;

namespace Ntm.Benchmarks.Reports;

/// <summary>Forward, loss and backward of the copy task's machine, by engine.</summary>
internal static class CopyRuns
{
    /// <summary>Steps of the longest copy sequence.</summary>
    public const int Steps = 41;

    /// <summary>Floating-point operations per step and sample of the default machine, forward and backward.</summary>
    public const double Operations = 470e3;

    /// <summary>The CPU engine's direct path, in us per step and sample.</summary>
    public static Timing Engine(NtmOptions options, int steps, int batch, int threads, double seconds)
    {
        using var machine = new NeuralTuringMachine(options, seed: 1);
        using var pass = new SequenceTrainingPass(machine, threads);
        var data = new CopyBatch(options, steps, batch);
        return Timing.Of(() => data.Compute(pass), steps * batch, seconds);
    }

    /// <summary>The reference engine and autograd, in us per step and sample.</summary>
    public static Timing Reference(int batch, double seconds)
    {
        using var machine = new NeuralTuringMachine(new NtmOptions(), seed: 1) { Engine = EngineKind.Reference };
        var data = new CopyBatch(machine.Options, Steps, batch);
        return Timing.Of(Run, Steps * batch, seconds);

        void Run()
        {
            using var scope = NewDisposeScope();
            machine.zero_grad();
            var (logits, _) = machine.forward(tensor(data.Inputs, [Steps, batch, machine.InputSize]));
            var targets = tensor(data.Targets, [Steps, batch, machine.OutputSize]);
            var mask = tensor(data.Mask, [Steps, batch, 1]);
            var cost = nn.functional.binary_cross_entropy_with_logits(logits, targets, weight: mask, reduction: nn.Reduction.Sum) / batch;
            cost.backward();
        }
    }
}
