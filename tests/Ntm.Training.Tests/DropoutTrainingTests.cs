using Ntm.Core;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>The masks of a training are a function of its seed and the number of the sequence.</summary>
public class DropoutTrainingTests
{
    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 96,
            BatchSize = 8,
            ReportInterval = 24,
            EvaluationInterval = 24,
            EvaluationSequences = 20,
            StopWhenSolved = false,
            Seed = 3,
            Optimizer = { LearningRate = 1e-3 },
        };
        change?.Invoke(options);
        return options;
    }

    [Theory]
    [InlineData(EngineKind.Reference)]
    [InlineData(EngineKind.Cpu)]
    public void An_interrupted_training_ends_in_the_same_bits(EngineKind engine)
    {
        var expected = Train(Machine(engine));
        foreach (var interruption in (int[])[1, 2, 3])
        {
            using var folder = new TemporaryFolder();
            var options = Options(o => o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 40, Minutes = 0 });
            using (var machine = Machine(engine))
            {
                using var stop = new CancellationTokenSource();
                var points = 0;
                var progress = new Reports(_ =>
                {
                    if (++points == interruption)
                        stop.Cancel();
                });
                Assert.Equal(TrainingOutcome.Cancelled, new Trainer(machine, SmallMachine.Task, options).Train(progress, stop.Token).Outcome);
            }

            // Other weights, and another place in the stream of masks.
            using var other = Machine(engine, seed: 9);
            new Trainer(other, SmallMachine.Task, options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
            Assert.Equal(expected, SmallMachine.Values(other));
        }
    }

    [Fact]
    public void Nothing_but_the_seed_of_the_training_determines_the_masks()
    {
        var expected = Train(Machine(EngineKind.Cpu));
        var moved = Machine(EngineKind.Cpu);
        moved.DropoutPosition = new DropoutPosition(77, 7);
        manual_seed(8);
        Assert.Equal(expected, Train(moved));
        Assert.NotEqual(expected, Train(Machine(EngineKind.Cpu), o => o.Seed = 4));
        Assert.NotEqual(expected, Train(SmallMachine.Create().On(EngineKind.Cpu)));
        // A model in eval mode is put into train mode for the training.
        var evaluating = Machine(EngineKind.Cpu);
        evaluating.eval();
        Assert.Equal(expected, Train(evaluating));
    }

    [Fact]
    public void A_models_own_pass_has_the_masks_of_autograd() => Assert.All(
        Train(Machine(EngineKind.Reference)).Zip(Train(Machine(EngineKind.Cpu))), p => Assert.Equal(p.First, p.Second, 1e-3));

    [Fact]
    public void Evaluations_drop_nothing_and_take_no_masks()
    {
        using var machine = Machine(EngineKind.Cpu);
        using var without = SmallMachine.Create().On(EngineKind.Cpu);
        Assert.True(machine.training);
        Assert.Equal(Evaluator.Evaluate(without, SmallMachine.Task), Evaluator.Evaluate(machine, SmallMachine.Task));
        Assert.Equal(new DropoutPosition(1, 0), machine.DropoutPosition);
    }

    [Fact]
    public void Evaluations_do_not_change_a_training() =>
        Assert.Equal(Train(Machine(EngineKind.Cpu)), Train(Machine(EngineKind.Cpu), o => o.EvaluationInterval = 0));

    [Fact]
    public void Cells_within_a_module_have_their_own_masks_and_rollbacks_repeat_them()
    {
        using var folder = new TemporaryFolder();
        using var model = new TwoMachines();
        model.Diverging.Add(8);
        var options = Options(o =>
        {
            (o.EvaluationInterval, o.OnDivergence) = (0, DivergencePolicy.LowerRate);
            o.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 40, Minutes = 0 };
        });
        new Trainer(model, SmallMachine.Task, options).Train();
        // The eighth batch diverges: back to sequence 40.
        Assert.Equal([0, 8, 16, 24, 32, 40, 48, 56, 40, 48, 56, 64, 72, 80, 88], model.Calls.Select(c => c.First.Sequence));
        Assert.All(model.Calls, c => Assert.Equal(c.First.Sequence, c.Second.Sequence));
        var seeds = model.Calls.Select(c => (c.First.Seed, c.Second.Seed)).Distinct().ToArray();
        Assert.NotEqual(Assert.Single(seeds).Item1, seeds[0].Item2);
    }

    private static float[] Train(NeuralTuringMachine machine, Action<TrainingOptions>? change = null)
    {
        using (machine)
        {
            new Trainer(machine, SmallMachine.Task, Options(change)).Train();
            return SmallMachine.Values(machine);
        }
    }

    private static NeuralTuringMachine Machine(EngineKind engine, int seed = 1) => SmallMachine.Create(seed, dropout: 0.3).On(engine);
}
