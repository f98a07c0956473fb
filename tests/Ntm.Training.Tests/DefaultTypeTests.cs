using Ntm.Core;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ntm.Training.Tests;

/// <summary>Other code in the process may change torch's default element type at any time: a training and an evaluation stay bit-identical.</summary>
public class DefaultTypeTests
{
    public enum Kind
    {
        Fused,
        AutogradOfCpuEngine,
        Reference,
        Lstm,
    }

    /// <summary>Under torch's own default: the same for every other type.</summary>
    private static readonly Dictionary<(Kind, bool), (float[] Values, double[] Costs)> Expected = [];

    public static TheoryData<ScalarType, Kind, bool> Cases => new MatrixTheoryData<ScalarType, Kind, bool>(
        [ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16], Enum.GetValues<Kind>(), [false, true]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_resuming_and_evaluating_give_the_same_bits(ScalarType type, Kind kind, bool asTensors)
    {
        if (!Expected.TryGetValue((kind, asTensors), out var expected))
            Expected.Add((kind, asTensors), expected = Run(ScalarType.Float32, kind, asTensors));
        var actual = Run(type, kind, asTensors);
        Assert.Equal(ScalarType.Float32, get_default_dtype());
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Costs, actual.Costs);
        Assert.Contains(expected.Costs, double.IsFinite);
    }

    private static (float[] Values, double[] Costs) Run(ScalarType type, Kind kind, bool asTensors)
    {
        using var folder = new TemporaryFolder();
        // As they are made before anybody changes the default.
        using var first = (IDisposable)Model(kind, seed: 1);
        using var second = (IDisposable)Model(kind, seed: 2);
        var options = new TrainingOptions
        {
            Sequences = 64,
            BatchSize = 4,
            ReportInterval = 8,
            EvaluationInterval = 16,
            EvaluationSequences = 10,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-3 },
            GradientClipping = new ClipByValue { ClipValue = 0.1 },
            Scheduler = o => lr_scheduler.StepLR(o, step_size: 3, gamma: 0.9),
            Checkpoints = new CheckpointOptions { Folder = folder.Path, Minutes = 0 },
        };
        set_default_dtype(type);
        try
        {
            using var stop = new CancellationTokenSource();
            var trainer = new Trainer((ISequenceModel)first, SmallMachine.Task, options) { UsesTensors = asTensors };
            trainer.Observers.Add(new TensorBoardLog(folder["board"], images: false));
            trainer.Observers.Add(new Recorder((call, _) =>
            {
                if (call == "progress 32")
                    stop.Cancel();
            }));
            var begun = trainer.Train(cancellationToken: stop.Token);
            Assert.Equal((TrainingOutcome.Cancelled, 32L), (begun.Outcome, begun.SequencesSeen));
            var model = (ISequenceModel)second;
            var result = new Trainer(model, SmallMachine.Task, options) { UsesTensors = asTensors }.Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
            Assert.Equal(TrainingOutcome.Completed, result.Outcome);
            Assert.All(model.named_parameters(), p => Assert.Equal(ScalarType.Float32, p.parameter.dtype));
            var split = Evaluator.EvaluateGroups(model, SmallMachine.Task, sequences: 30, batchSize: 10);
            return (SmallMachine.Values(model), [.. result.History.Select(p => p.MeanCost), .. result.Evaluations.Select(e => e.Score.LossSum), split.Total.LossSum, split.Groups[0].Score.LossSum]);
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
    }

    private static ISequenceModel Model(Kind kind, int seed)
    {
        if (kind == Kind.Lstm)
            return SmallMachine.CreateLstm(seed);
        var machine = SmallMachine.Create(seed);
        machine.Engine = kind == Kind.Reference ? EngineKind.Reference : EngineKind.Cpu;
        // With a parameter that is not trained the engine is used by way of autograd.
        if (kind == Kind.AutogradOfCpuEngine)
            machine.get_parameter("cell.output.bias")!.requires_grad = false;
        return machine;
    }
}
