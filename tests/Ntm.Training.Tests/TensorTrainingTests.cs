using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Steps;
using Ntm.Training.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>The code that trains models on a GPU, here on the CPU: gradient, clipping and optimizer as tensors, compared with the CPU's arrays.</summary>
public sealed class TensorTrainingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string, EngineKind> Combinations => new MatrixTheoryData<string, EngineKind>(
        OptimizerOptions.Names, [EngineKind.Reference, EngineKind.Cpu]);

    public static TheoryData<string, EngineKind, string> Clippings => new MatrixTheoryData<string, EngineKind, string>(
        OptimizerOptions.Names, [EngineKind.Reference, EngineKind.Cpu], GradientClipping.Names);

    /// <summary>20 updates with an active clip and a schedule. Only rounding differs: an update is about 1e-3, its relative error 1e-6.</summary>
    [Theory]
    [MemberData(nameof(Clippings))]
    public void Tensors_learn_what_arrays_learn(string optimizer, EngineKind engine, string clipping)
    {
        var (arrays, tensors) = (Train(asTensors: false), Train(asTensors: true));
        using var fresh = SmallMachine.Create();
        Assert.Contains(arrays.Values.Zip(SmallMachine.Values(fresh)), p => Math.Abs(p.First - p.Second) > 1e-3);
        Assert.All(arrays.Values.Zip(tensors.Values), p => Assert.Equal(p.First, p.Second, 2e-5f));
        Assert.All(arrays.Result.History.Zip(tensors.Result.History), p => Assert.Equal(p.First.MeanCost, p.Second.MeanCost, 1e-4 * p.First.MeanCost));
        Assert.Equal(arrays.Result.Evaluations[^1].Score.MeanCost, tensors.Result.Evaluations[^1].Score.MeanCost, 1e-3);

        (float[] Values, TrainingResult Result) Train(bool asTensors)
        {
            using var machine = SmallMachine.Create();
            machine.Engine = engine;
            var options = Options(optimizer);
            options.GradientClipping = clipping switch
            {
                "value" => new ClipByValue { ClipValue = 0.01 },
                "norm" => new ClipByNorm { MaxNorm = 0.1 },
                _ => GradientClipping.Create(clipping),
            };
            var reports = new Reports();
            var result = new Trainer(machine, SmallMachine.Task, options) { UsesTensors = asTensors }.Train(reports);
            Assert.Equal(TrainingOutcome.Completed, result.Outcome);
            Assert.All(reports.All, r => Assert.True(r.GradientNorm > 0));
            return (SmallMachine.Values(machine), result);
        }
    }

    /// <summary>Interrupted with tensors and resumed with tensors: bit-identical to a training that was not. Resumed with arrays: the same within
    /// rounding.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public void Checkpoints_are_the_same_for_both(string optimizer, EngineKind engine)
    {
        var whole = Train(interrupted: null, end: true);
        Assert.Equal(whole, Train(interrupted: true, end: true));
        foreach (var (first, second) in ((bool, bool)[])[(true, false), (false, true)])
            Assert.All(whole.Zip(Train(first, second)), p => Assert.Equal(p.First, p.Second, 2e-5f));

        float[] Train(bool? interrupted, bool end)
        {
            using var folder = new TemporaryFolder();
            var options = Options(optimizer);
            options.Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 24, Minutes = 0 };
            TrainingCheckpoint? checkpoint = null;
            if (interrupted is { } asTensors)
            {
                using var machine = SmallMachine.Create();
                machine.Engine = engine;
                using var stop = new CancellationTokenSource();
                var trainer = new Trainer(machine, SmallMachine.Task, options) { UsesTensors = asTensors };
                trainer.Observers.Add(new Recorder((call, _) =>
                {
                    if (call == "progress 40")
                        stop.Cancel();
                }));
                Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
                checkpoint = new CheckpointFolder(folder.Path).LoadNewest();
                Assert.Equal(40, checkpoint!.SequencesSeen);
            }

            // A separate machine: everything must come from the checkpoint.
            using var next = SmallMachine.Create(seed: checkpoint is null ? 1 : 2);
            next.Engine = engine;
            var last = new Trainer(next, SmallMachine.Task, options) { UsesTensors = end };
            Assert.Equal(TrainingOutcome.Completed, (checkpoint is null ? last.Train() : last.Resume(checkpoint)).Outcome);
            return SmallMachine.Values(next);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_found_and_its_parameter_named()
    {
        using var model = new LinearModel { AddTrap = 2 };
        var trainer = new Trainer(model, new EchoTask(), new TrainingOptions { Sequences = 50 }) { UsesTensors = true };
        Assert.Equal("trap", Assert.Throws<TrainingDivergedException>(() => trainer.Train()).Parameter);
    }

    /// <summary>The meta device has shapes and no memory: data that arrives there was moved, and its values cannot be read.</summary>
    [Fact]
    public void Batches_go_where_the_models_parameters_are()
    {
        using var model = new ElsewhereModel();
        var batch = new BatchBuffer(new EchoTask());
        batch.Fill(1, 0, 3);
        using var step = new AutogradStep(model, new TaskLoss(new EchoTask()), new FlatParameters(model));
        // What follows the model needs more than shapes.
        Assert.ThrowsAny<Exception>(() => step.Run(batch));
        using var scorer = BatchScorer.Create(model, new TaskLoss(new EchoTask()));
        Assert.ThrowsAny<Exception>(() => scorer.Score(batch, []));
        Assert.Equal([DeviceType.META, DeviceType.META], model.Devices);
        var moved = batch.ToTensors(META);
        Assert.All((Tensor[])[moved.Inputs, moved.Targets, moved.Mask], t => Assert.Equal(DeviceType.META, t.device_type));
    }

    private static TrainingOptions Options(string optimizer) => new()
    {
        // Without a mean square an update is of the gradient's size, and that is small.
        Optimizer = AnyOptimizer.Of(optimizer, optimizer == "sgd" ? 0.1 : 1e-3),
        Sequences = 80,
        BatchSize = 4,
        ReportInterval = 20,
        EvaluationInterval = 40,
        EvaluationSequences = 10,
        StopWhenSolved = false,
        Schedule = LearningRateSchedule.Cosine,
    };

    private sealed class ElsewhereModel : ISequenceModel, IDisposable
    {
        private readonly Parameter _weight = new(ones(1, device: META));

        public List<DeviceType> Devices { get; } = [];

        public int InputSize => 1;

        public int OutputSize => 1;

        public Tensor Logits(Tensor inputs)
        {
            Devices.Add(inputs.device_type);
            return inputs * _weight;
        }

        public IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => [("weight", _weight)];

        public void Dispose() => _weight.Dispose();
    }
}
