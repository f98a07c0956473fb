using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

/// <summary>A training that is interrupted and resumed is bit-identical to one that was not interrupted.</summary>
public class ResumeTests
{
    private static TrainingOptions Options(TemporaryFolder folder, Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 120,
            BatchSize = 8,
            ReportInterval = 20,
            EvaluationInterval = 30,
            EvaluationSequences = 20,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-3 },
            Schedule = LearningRateSchedule.Cosine,
            Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 48, Minutes = 0 },
        };
        change?.Invoke(options);
        return options;
    }

    public static TheoryData<string, EngineKind> Combinations => new MatrixTheoryData<string, EngineKind>(
        OptimizerOptions.Names, [EngineKind.Reference, EngineKind.Cpu]);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void An_interrupted_training_ends_in_the_same_bits(string optimizer, EngineKind engine)
    {
        using var whole = new TemporaryFolder();
        var expected = Train(whole, 0);
        foreach (var interruption in (int[])[1, 2, 4])
        {
            using var folder = new TemporaryFolder();
            var actual = Train(folder, interruption);
            AssertSame(expected, actual);
        }

        (float[] Values, TrainingResult Result) Train(TemporaryFolder folder, int interruption)
        {
            var options = Options(folder, o => o.Optimizer = AnyOptimizer.Of(optimizer, 1e-3));
            using (var machine = SmallMachine.Create())
            {
                machine.Engine = engine;
                if (interruption == 0)
                    return (Run(machine, new Trainer(machine, SmallMachine.Task, options).Train()));
                using var stop = new CancellationTokenSource();
                var trainer = new Trainer(machine, SmallMachine.Task, options);
                var points = 0;
                trainer.Observers.Add(new Recorder((call, training) =>
                {
                    if (call.StartsWith("progress", StringComparison.Ordinal) && ++points == interruption)
                        stop.Cancel();
                }));
                Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
            }

            // Other initial weights, so that everything must come from the checkpoint.
            using var other = SmallMachine.Create(seed: 9);
            other.Engine = engine;
            other.Threads = 1;
            return Run(other, new Trainer(other, SmallMachine.Task, options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!));
        }
    }

    [Fact]
    public void From_every_checkpoint_that_a_training_wrote_it_ends_in_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.CreateLstm();
        var options = Options(folder, o => o.Checkpoints!.KeepLast = 100);
        var expected = Run(machine, new Trainer(machine, SmallMachine.Task, options).Train());
        var files = new CheckpointFolder(folder.Path).Files;
        Assert.Equal([120, 96, 48, 0], files.Select(f => TrainingCheckpoint.Load(f).SequencesSeen));
        foreach (var file in files)
        {
            using var elsewhere = new TemporaryFolder();
            using var other = SmallMachine.CreateLstm(seed: 5);
            var resumed = Options(elsewhere);
            AssertSame(expected, Run(other, new Trainer(other, SmallMachine.Task, resumed).Resume(TrainingCheckpoint.Load(file))));
        }
    }

    [Fact]
    public void A_training_cancelled_within_an_evaluation_makes_up_for_it()
    {
        using var whole = new TemporaryFolder();
        using var first = new LinearModel();
        var expected = new Trainer(first, new EchoTask(), Options(whole)).Train();

        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        // The second evaluation is cancelled between its batches, so it does not complete.
        using var model = new LinearModel();
        var options = Options(folder, o => o.EvaluationSequences = 150);
        model.OnForward = m =>
        {
            if (m.Evaluation.Count == 3)
                stop.Cancel();
        };
        var cancelled = new Trainer(model, new EchoTask(), options).Train(cancellationToken: stop.Token);
        Assert.Equal(TrainingOutcome.Cancelled, cancelled.Outcome);
        Assert.Single(cancelled.Evaluations);
        Assert.Equal(64, cancelled.SequencesSeen);

        using var other = new LinearModel();
        var resumed = new Trainer(other, new EchoTask(), options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(first.Values(), other.Values());
        Assert.Equal(expected.Evaluations.Select(e => e.Sequences), resumed.Evaluations.Select(e => e.Sequences));
        Assert.Equal(Points(expected), Points(resumed));
    }

    [Fact]
    public void Who_cancels_within_a_long_batch_has_a_checkpoint_at_once()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        using var stop = new CancellationTokenSource();
        var files = Array.Empty<string>();
        model.OnForward = m =>
        {
            // The fifth batch takes until the checkpoint is there; cancelled by another thread, as a signal's handler is.
            if (m.Training.Count != 5)
                return;
            var canceller = new Thread(stop.Cancel);
            canceller.Start();
            Assert.True(canceller.Join(TimeSpan.FromSeconds(30)), "no checkpoint while a batch is computed");
            files = [.. new CheckpointFolder(folder.Path).Files];
        };
        // No evaluation within these batches, whose sequences the model would count as well.
        var options = Options(folder, o => o.EvaluationInterval = 60);
        Assert.Equal(TrainingOutcome.Cancelled, new Trainer(model, new EchoTask(), options).Train(cancellationToken: stop.Token).Outcome);
        var checkpoint = TrainingCheckpoint.Load(files[0]);
        Assert.Equal(32, checkpoint.SequencesSeen);

        using var whole = new LinearModel();
        using var elsewhere = new TemporaryFolder();
        new Trainer(whole, new EchoTask(), Options(elsewhere)).Train();
        using var resumed = new LinearModel();
        new Trainer(resumed, new EchoTask(), Options(elsewhere)).Resume(checkpoint);
        Assert.Equal(whole.Values(), resumed.Values());
    }

    [Fact]
    public void A_training_that_has_ended_gives_its_result_again_and_can_be_made_longer()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var options = Options(folder, o => o.Schedule = LearningRateSchedule.Constant);
        var ended = new Trainer(model, new EchoTask(), options).Train();
        var again = new Trainer(model, new EchoTask(), options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(TrainingOutcome.Completed, again.Outcome);
        Assert.Equal(ended.History, again.History);

        options.Sequences = 240;
        using var longer = new LinearModel();
        var result = new Trainer(longer, new EchoTask(), options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(240, result.SequencesSeen);
        using var elsewhere = new TemporaryFolder();
        using var atOnce = new LinearModel();
        new Trainer(atOnce, new EchoTask(), Options(elsewhere, o => (o.Schedule, o.Sequences) = (LearningRateSchedule.Constant, 240))).Train();
        Assert.Equal(atOnce.Values(), longer.Values());
    }

    [Fact]
    public void A_training_that_has_ended_goes_on_by_a_restart_to_the_bits_of_one_begun_with_it()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder)).Train();
        using var longer = new LinearModel();
        new Trainer(longer, new EchoTask(), Options(folder, Restart)).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        using var elsewhere = new TemporaryFolder();
        using var atOnce = new LinearModel();
        new Trainer(atOnce, new EchoTask(), Options(elsewhere, Restart)).Train();
        Assert.Equal(atOnce.Values(), longer.Values());
        Assert.NotEqual(model.Values(), longer.Values());

        static void Restart(TrainingOptions options) => (options.Sequences, options.RestartAt, options.RestartRate) = (240, 120, 0.5);
    }

    [Fact]
    public void A_solved_training_stays_solved()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var task = new EchoTask(new TaskGoal(MeanExcessCost: 1e6, MeanWrong: 1e6));
        var options = Options(folder, o => o.StopWhenSolved = true);
        var solved = new Trainer(model, task, options).Train();
        var again = new Trainer(model, task, options).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal((TrainingOutcome.Solved, TrainingOutcome.Solved), (solved.Outcome, again.Outcome));
        Assert.Equal(solved.SequencesSeen, again.SequencesSeen);
    }

    [Fact]
    public void Another_training_cannot_go_on_from_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), Options(folder)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        var before = model.Values();

        var options = Assert.Throws<CheckpointException>(() => new Trainer(
            model, new EchoTask(), Options(folder, o => (o.Optimizer.LearningRate, o.BatchSize) = (0.5, 4))).Resume(checkpoint));
        Assert.Contains("LearningRate 0.001, BatchSize 8", options.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate 0.5, BatchSize 4", options.Message, StringComparison.Ordinal);
        Assert.Contains(checkpoint.Path, options.Message, StringComparison.Ordinal);

        Assert.Contains("120", Assert.Throws<CheckpointException>(() => new Trainer(
            model, new EchoTask(), Options(folder, o => o.Sequences = 100)).Resume(checkpoint)).Message, StringComparison.Ordinal);

        using var machine = SmallMachine.Create();
        Assert.Contains("echo", Assert.Throws<CheckpointException>(() => new Trainer(
            machine, SmallMachine.Task, Options(folder)).Resume(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Values());
    }

    [Fact]
    public void A_task_of_other_options_or_a_model_of_other_sizes_is_refused_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        using var machine = SmallMachine.Create();
        new Trainer(machine, SmallMachine.Task, Options(folder)).Train();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;

        var longer = new CopyTask(new CopyOptions { Width = 2, MinLength = 1, MaxLength = 4 });
        Assert.Contains("data", Assert.Throws<CheckpointException>(() => new Trainer(machine, longer, Options(folder)).Resume(checkpoint)).Message, StringComparison.Ordinal);

        using var larger = new NeuralTuringMachine(
            new NtmOptions { InputSize = 3, OutputSize = 2, ControllerSize = 17, MemoryLocations = 8, MemoryWidth = 6 }, seed: 1);
        var before = SmallMachine.Values(larger);
        Assert.Contains("tensor", Assert.Throws<CheckpointException>(() => new Trainer(larger, SmallMachine.Task, Options(folder)).Resume(checkpoint)).Message, StringComparison.Ordinal);
        Assert.Equal(before, SmallMachine.Values(larger));
    }

    private static (float[] Values, TrainingResult Result) Run(ISequenceModel model, TrainingResult result) => (SmallMachine.Values(model), result);

    private static void AssertSame((float[] Values, TrainingResult Result) expected, (float[] Values, TrainingResult Result) actual)
    {
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(Points(expected.Result), Points(actual.Result));
        Assert.Equal(expected.Result.Evaluations, actual.Result.Evaluations);
        Assert.Equal(expected.Result.Outcome, actual.Result.Outcome);
    }

    /// <summary>The learning curve without its times, which no two trainings share.</summary>
    private static List<TrainingPoint> Points(TrainingResult result) => [.. result.History.Select(p => p with { Seconds = 0 })];
}
