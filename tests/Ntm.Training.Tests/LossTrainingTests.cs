using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

/// <summary>Custom tasks with other losses are trained, evaluated, saved and resumed, for every way of computing gradients.</summary>
public class LossTrainingTests
{
    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 4800,
            BatchSize = 32,
            Optimizer = new Adam { LearningRate = 1e-2 },
            ReportInterval = 1600,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        };
        change?.Invoke(options);
        return options;
    }

    public static TheoryData<string> Models => ["ntm", "lstm"];

    /// <summary>Chance costs 2 bits for each of 3.5 symbols. Measured with seeds 1 to 3: 0.003 to 0.008 bits.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_learns_the_next_symbol(string kind)
    {
        var (before, result, after) = Train(kind, new NextSymbolTask());
        Assert.Equal(LossKind.SoftmaxCrossEntropy, after.Loss);
        Assert.InRange(before.MeanCost, 6, 9);
        Assert.Equal(before.MeanCount, after.MeanCount);
        Assert.InRange(after.MeanCount, 3.2, 3.8);
        Assert.True(after.MeanCost < 0.05 && after.MeanWrong < 0.01, $"{before.MeanCost} -> {after.MeanCost} bits, {after.MeanWrong} wrong");
        Assert.True(result.History[^1].MeanCost < 0.25 * result.History[0].MeanCost);
    }

    /// <summary>To answer with means costs 1/3 for a number before and 3 for a step's own. Measured with seeds 1 to 3: 0.015 to 0.022 squared units.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_learns_a_regression(string kind)
    {
        var (before, result, after) = Train(kind, new DelayTask());
        Assert.Equal(LossKind.SquaredError, after.Loss);
        Assert.True(before.MeanCost > 10, $"{before.MeanCost}");
        Assert.Equal(after.MeanLoss, after.MeanCost);
        Assert.True(after.MeanCost < 0.1 && after.MeanWrong < 0.05, $"{before.MeanCost} -> {after.MeanCost} squared units, {after.MeanWrong} wrong");
        Assert.True(result.History[^1].MeanCost < 0.05 * result.History[0].MeanCost);
    }

    [Fact]
    public void Groups_of_channels_add_up_to_the_whole()
    {
        var task = new NextSymbolTask();
        using var owned = (IDisposable)Model("ntm", task, out var model);
        var split = Evaluator.EvaluateGroups(model, task, sequences: 90, seed: 3, batchSize: 40);
        Assert.Equal(split.Total, Evaluator.Evaluate(model, task, sequences: 90, seed: 3, batchSize: 40));
        Assert.Equal(["low", "high"], split.Groups.Select(g => g.Name));
        Assert.All(split.Groups, g => Assert.True(g.Score.WrongSum > 0 && g.Score.CountSum > 0, "both groups have a part in the total"));
        Assert.Equal(split.Total.WrongSum, split.Groups.Sum(g => g.Score.WrongSum));
        Assert.Equal(split.Total.CountSum, split.Groups.Sum(g => g.Score.CountSum));
        Assert.Equal(split.Total.LossSum, split.Groups.Sum(g => g.Score.LossSum), 1e-5 * split.Total.LossSum);
    }

    public static TheoryData<LossKind> OtherLosses => [LossKind.SoftmaxCrossEntropy, LossKind.SquaredError];

    [Theory]
    [MemberData(nameof(OtherLosses))]
    public void An_interrupted_training_ends_in_the_same_bits(LossKind loss)
    {
        SequenceTask task = loss == LossKind.SoftmaxCrossEntropy ? new NextSymbolTask() : new DelayTask();
        using var whole = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        TrainingOptions In(TemporaryFolder place) => Options(o =>
        {
            (o.Sequences, o.BatchSize, o.ReportInterval, o.EvaluationInterval, o.EvaluationSequences) = (120, 8, 20, 30, 20);
            o.Checkpoints = new CheckpointOptions { Folder = place.Path, Interval = 48, Minutes = 0 };
        });

        using var first = (IDisposable)Model("ntm", task, out var expected);
        var uninterrupted = new Trainer(expected, task, In(whole)).Train();
        using var second = (IDisposable)Model("ntm", task, out var interrupted);
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(interrupted, task, In(folder));
        trainer.Observers.Add(new Recorder((call, _) =>
        {
            if (call == "progress 72")
                stop.Cancel();
        }));
        Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);

        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        Assert.Equal((loss, 72L), (checkpoint.Loss, checkpoint.SequencesSeen));
        Assert.NotEmpty(checkpoint.Evaluations);
        Assert.Equal(uninterrupted.Evaluations.Take(checkpoint.Evaluations.Count), checkpoint.Evaluations);
        Assert.All(checkpoint.Evaluations, e => Assert.Equal(loss, e.Score.Loss));
        using var third = (IDisposable)Model("ntm", task, out var other, seed: 9);
        var resumed = new Trainer(other, task, In(folder)).Resume(checkpoint);
        Assert.Equal(SmallMachine.Values(expected), SmallMachine.Values(other));
        Assert.Equal(uninterrupted.Evaluations, resumed.Evaluations);
        Assert.Equal(uninterrupted.History.Select(p => p with { Seconds = 0 }), resumed.History.Select(p => p with { Seconds = 0 }));
    }

    [Fact]
    public void A_checkpoint_of_another_loss_is_refused_and_one_of_bits_does_not_name_its_loss()
    {
        // The same data under two losses: targets of 0 and 1.
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var options = Options(o => (o.Sequences, o.BatchSize, o.Checkpoints) = (16, 8, new CheckpointOptions { Folder = folder.Path, Interval = 8, Minutes = 0 }));
        new Trainer(model, new EchoTask(), options).Train();
        var file = new CheckpointFolder(folder.Path).Files[0];
        Assert.DoesNotContain("ntm-checkpoint.loss", Core.Serialization.SafeTensorsFile.Load(file).Metadata.Keys);
        var checkpoint = TrainingCheckpoint.Load(file);
        Assert.Equal(LossKind.BinaryCrossEntropy, checkpoint.Loss);
        var exception = Assert.Throws<CheckpointException>(() => new Trainer(model, new EchoTask(loss: LossKind.SquaredError), options).Resume(checkpoint));
        Assert.Contains("loss", exception.Message, StringComparison.Ordinal);
        Assert.Contains("SquaredError, like the task echo", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_name_unit_and_errors_of_the_loss()
    {
        using var folder = new TemporaryFolder();
        using var owned = (IDisposable)Model("lstm", new DelayTask(), out var model);
        var logger = new ListLogger();
        var trainer = new Trainer(model, new DelayTask(), Options(o => (o.Sequences, o.ReportInterval, o.EvaluationInterval, o.EvaluationSequences) = (96, 32, 32, 10)), logger);
        trainer.Observers.Add(new TensorBoardLog(folder.Path));
        trainer.Observers.Add(new EarlyStop(1));
        var result = trainer.Train();
        Assert.Contains(logger.Lines, l => l.Text.Contains(" squared units, ", StringComparison.Ordinal) && l.Text.Contains(" wrong values per sequence", StringComparison.Ordinal));
        Assert.DoesNotContain(logger.Lines, l => l.Text.Contains("bits", StringComparison.Ordinal));
        var events = File.ReadAllText(Assert.Single(Directory.GetFiles(folder.Path)), System.Text.Encoding.Latin1);
        Assert.Contains("training/wrong values", events, StringComparison.Ordinal);
        Assert.Contains("held out/wrong values", events, StringComparison.Ordinal);
        Assert.DoesNotContain("bits", events, StringComparison.Ordinal);
        Assert.True(result.StopReason is null || result.StopReason.EndsWith("squared units", StringComparison.Ordinal), result.StopReason);
    }

    private static (SequenceScore Before, TrainingResult Result, SequenceScore After) Train(string kind, SequenceTask task)
    {
        using var owned = (IDisposable)Model(kind, task, out var model);
        var before = Evaluator.Evaluate(model, task, sequences: 200, seed: 5);
        var result = new Trainer(model, task, Options()).Train();
        return (before, result, Evaluator.Evaluate(model, task, sequences: 200, seed: 5));
    }

    private static object Model(string kind, SequenceTask task, out ISequenceModel model, int seed = 1)
    {
        model = kind == "lstm"
            ? new LstmNetwork(new LstmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, HiddenSize = 24, Layers = 1 }, seed)
            : new NeuralTuringMachine(
                new NtmOptions { InputSize = task.InputSize, OutputSize = task.OutputSize, ControllerSize = 16, MemoryLocations = 8, MemoryWidth = 6 }, seed: seed);
        return model;
    }
}
