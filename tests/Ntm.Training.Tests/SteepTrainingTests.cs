using Ntm.Core;
using Ntm.Tasks;

namespace Ntm.Training.Tests;

/// <summary>
/// A learning rate twenty times that of the preset, at which weights soon grow and sharpening multiplies what goes backward from step to step: nothing
/// leaves the range of float32. Without a bound, seed 1 had a gradient that is not a number at sequence 144 (on a processor with AVX2).
/// </summary>
public class SteepTrainingTests
{
    [Theory]
    [InlineData(ControllerKind.Lstm)]
    [InlineData(ControllerKind.Feedforward)]
    [InlineData(ControllerKind.Gru)]
    public void No_loss_or_gradient_is_infinite_or_no_number(ControllerKind controller)
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            using var machine = new NeuralTuringMachine(new NtmOptions { Controller = controller }, seed: seed) { Threads = 1 };
            using var enough = new CancellationTokenSource();
            var options = new TrainingOptions
            {
                Optimizer = new GravesRmsProp { LearningRate = 1e-2 },
                Sequences = 50_000,
                Seed = seed,
                ReportInterval = 400,
                EvaluationInterval = 0,
                StopWhenSolved = false,
            };
            // A training that diverges throws.
            var result = new Trainer(machine, new CopyTask(), options).Train(new CancelAfter(enough), enough.Token);
            Assert.Equal(400, result.SequencesSeen);
            Assert.All(machine.parameters(), p => Assert.True(p.isfinite().all().item<bool>()));
        }
    }

    private sealed class CancelAfter(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
