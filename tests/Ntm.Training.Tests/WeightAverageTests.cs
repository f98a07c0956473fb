using Ntm.Core;
using Ntm.Training.Tests.Distributed;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class WeightAverageTests
{
    private const double Decay = 0.6;

    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 120,
            BatchSize = 8,
            ReportInterval = 8,
            EvaluationInterval = 40,
            EvaluationSequences = 20,
            StopWhenSolved = false,
            WeightAverage = Decay,
            Optimizer = { LearningRate = 1e-2 },
        };
        change?.Invoke(options);
        return options;
    }

    public static MatrixTheoryData<EngineKind, bool> Ways => new([EngineKind.Reference, EngineKind.Cpu], [false, true]);

    public static MatrixTheoryData<EngineKind, bool, bool> WaysAndOptimizers => new([EngineKind.Reference, EngineKind.Cpu], [false, true], [false, true]);

    /// <summary>The expected average is computed in float64 from the weights after every update of a training without one.</summary>
    [Theory]
    [MemberData(nameof(WaysAndOptimizers))]
    public void A_training_ends_with_the_average_of_the_weights_over_its_updates(EngineKind engine, bool asTensors, bool torchs)
    {
        TrainingOptions Of(double? decay) => Options(o =>
        {
            o.WeightAverage = decay;
            if (torchs)
                (o.Optimizer, o.TorchOptimizer) = (new RmsProp(), m => TorchSharp.torch.optim.Adam(m.named_parameters().Select(p => p.parameter), lr: 1e-2));
        });
        using var plain = SmallMachine.Create().On(engine);
        var average = SmallMachine.Values(plain).Select(v => (double)v).ToArray();
        var updates = 0;
        List<double[]> averages = [];
        new Trainer(plain, SmallMachine.Task, Of(null)) { UsesTensors = asTensors }.Train(new Reports(_ =>
        {
            updates++;
            var decay = Math.Min(Decay, (1.0 + updates) / (10 + updates));
            average = [.. average.Zip(SmallMachine.Values(plain), (a, v) => decay * a + (1 - decay) * v)];
            averages.Add(average);
        }));
        Assert.Equal(15, updates);

        using var averaged = SmallMachine.Create().On(engine);
        List<float[]> trained = [];
        var result = new Trainer(averaged, SmallMachine.Task, Of(Decay)) { UsesTensors = asTensors }.Train(new Reports(_ => trained.Add(SmallMachine.Values(averaged))));
        Assert.All(average.Zip(SmallMachine.Values(averaged)), p => Assert.Equal(p.First, p.Second, 1e-5));
        // While it runs, the model has the weights that are trained.
        Assert.Equal(SmallMachine.Values(plain), trained[^1]);
        Assert.Contains(average.Zip(trained[^1]), p => Math.Abs(p.First - p.Second) > 1e-3);

        // The evaluation after 40 sequences, 5 updates, is that of the average at that time.
        using var early = SmallMachine.Create().On(engine);
        Write(early, averages[4]);
        var expected = Evaluator.Evaluate(early, SmallMachine.Task, SequenceSeeds.Validation(1), 20, 20, 100, CancellationToken.None).MeanCost;
        Assert.Equal(expected, result.Evaluations[0].Score.MeanCost, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_interrupted_training_ends_with_the_same_average(EngineKind engine, bool asTensors)
    {
        using var whole = SmallMachine.Create().On(engine);
        new Trainer(whole, SmallMachine.Task, Options()) { UsesTensors = asTensors }.Train();
        foreach (var at in (int[])[8, 40, 96])
        {
            using var folder = new TemporaryFolder();
            var options = Options(o => o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 48, Minutes = 0 });
            using var first = SmallMachine.Create().On(engine);
            using var stop = new CancellationTokenSource();
            var trainer = new Trainer(first, SmallMachine.Task, options) { UsesTensors = asTensors };
            trainer.Observers.Add(new Recorder((call, _) =>
            {
                if (call == $"progress {at}")
                    stop.Cancel();
            }));
            Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
            using var second = SmallMachine.Create(seed: 4).On(engine);
            new Trainer(second, SmallMachine.Task, options) { UsesTensors = asTensors }.Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
            Assert.Equal(SmallMachine.Values(whole), SmallMachine.Values(second));
        }
    }

    [Fact]
    public void A_longer_training_that_extends_a_finished_one_is_bit_identical()
    {
        using var whole = SmallMachine.Create();
        new Trainer(whole, SmallMachine.Task, Options(o => o.Sequences = 200)).Train();
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        TrainingOptions With(long sequences) => Options(o => (o.Sequences, o.Checkpoints) = (sequences, new CheckpointOptions { Folder = folder.Path }));
        new Trainer(machine, SmallMachine.Task, With(120)).Train();
        new Trainer(machine, SmallMachine.Task, With(200)).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(SmallMachine.Values(whole), SmallMachine.Values(machine));
    }

    [Fact]
    public void Several_processes_have_the_average_of_one() =>
        SharedTraining.AssertSame((seed, threads) =>
        {
            var machine = SmallMachine.Create(seed).On(EngineKind.Cpu);
            machine.Threads = threads;
            return machine;
        }, () => SmallMachine.Task, SharedTraining.Options(o => o.WeightAverage = Decay));

    [Fact]
    public void A_training_with_another_decay_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        TrainingOptions With(double? decay) => Options(o => (o.WeightAverage, o.Checkpoints) = (decay, new CheckpointOptions { Folder = folder.Path }));
        new Trainer(machine, SmallMachine.Task, With(Decay)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        foreach (var (decay, shown) in ((double?, string)[])[(0.9, "0.9"), (null, "none")])
        {
            var exception = Assert.Throws<CheckpointException>(() => new Trainer(machine, SmallMachine.Task, With(decay)).Resume(checkpoint));
            Assert.Contains($"WeightAverage {Decay}", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"WeightAverage {shown}", exception.Message, StringComparison.Ordinal);
        }
    }

    private static void Write(NeuralTuringMachine machine, double[] values)
    {
        using var noGrad = TorchSharp.torch.no_grad();
        var at = 0;
        foreach (var (_, parameter) in machine.named_parameters())
        {
            var count = (int)parameter.numel();
            using var part = TorchSharp.torch.tensor(values.Skip(at).Take(count).Select(v => (float)v).ToArray()).view(parameter.shape);
            parameter.copy_(part);
            at += count;
        }
    }
}
