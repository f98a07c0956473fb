using System.Globalization;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Training.Tests.Observers;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch;

namespace Ntm.Training.Tests;

/// <summary>Trainings whose evaluations compute metrics: by name in all that a training reports, as goals, for early stopping, and after resuming.</summary>
public class MetricTrainingTests
{
    /// <summary>The mean logit of a sequence's first step.</summary>
    private static readonly Metric FirstLogit = Metric.Of("first, logit", (logits, _) => logits[0].sum());

    private static TrainingOptions Options(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions
        {
            Sequences = 120,
            BatchSize = 8,
            ReportInterval = 40,
            EvaluationInterval = 24,
            EvaluationSequences = 30,
            StopWhenSolved = false,
            Optimizer = { LearningRate = 1e-2 },
            Metrics = [Metric.Accuracy, FirstLogit],
        };
        change?.Invoke(options);
        return options;
    }

    [Fact]
    public void Evaluations_and_progress_have_the_metrics_by_name_and_everything_else_is_as_without()
    {
        using var plain = new LinearModel();
        var expected = new Trainer(plain, new EchoTask(), Options(o => o.Metrics = [])).Train();
        using var model = new LinearModel();
        var reports = new Reports();
        var result = new Trainer(model, new EchoTask(), Options()).Train(reports);
        Assert.Equal(plain.Values(), model.Values());
        Assert.Equal(expected.Evaluations.Select(e => (e.Sequences, e.Score)), result.Evaluations.Select(e => (e.Sequences, e.Score)));
        Assert.All(expected.Evaluations, e => Assert.Empty(e.Metrics));
        Assert.All(result.Evaluations, e => Assert.Equal(["accuracy", "first, logit"], e.Metrics.Keys));
        Assert.All(result.Evaluations, e => Assert.Equal(e.Score.Accuracy, e.Metrics["accuracy"], 12));
        Assert.Equal(result.Evaluations.Where(e => e.Sequences <= 40).Last().Metrics, reports.All[0].Metrics);
        Assert.Equal(result.Evaluations[^1].Metrics, reports.All[^1].Metrics);

        // The last evaluation is of the model that the training ended with.
        using var batch = new EchoTask().Batch(SequenceSeeds.Validation(1), 5, 30);
        using var logits = model.Logits(batch.Inputs);
        Assert.Equal(logits[0].mean().item<float>(), result.Evaluations[^1].Metrics["first, logit"], 1e-5);
        Assert.Contains("'first, logit'", Assert.Throws<KeyNotFoundException>(() => result.Evaluations[^1].Metrics["loss"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_is_solved_when_its_goals_are_reached_however_the_tasks_own_is()
    {
        using var model = new LinearModel();
        var unreachable = new EchoTask(new Tasks.TaskGoal(MeanExcessCost: -1, MeanWrong: -1));
        var options = Options(o => (o.StopWhenSolved, o.Sequences, o.Metrics, o.Goals, o.EvaluationSequences) =
            (true, 100_000, [], [new MetricGoal(Metric.Accuracy, Limit.AtLeast(1)), new MetricGoal(Metric.Cost, Limit.Below(1.5))], 300));
        var result = new Trainer(model, unreachable, options).Train();
        Assert.Equal(TrainingOutcome.Solved, result.Outcome);
        Assert.All(result.Evaluations.TakeLast(2), e => Assert.True(e.Metrics["accuracy"] == 1 && e.Metrics["cost"] < 1.5 && e.Score.Sequences == 300));
        // Not before, and a failure on the first 200 sequences ends an evaluation.
        Assert.DoesNotContain(result.Evaluations.SkipLast(2).Zip(result.Evaluations.Skip(1).SkipLast(2)), p => Reached(p.First) && Reached(p.Second));
        Assert.All(result.Evaluations.Where(e => !Reached(e)), e => Assert.True(e.Score.Sequences is 200 or 300));
        Assert.Contains(result.Evaluations, e => e.Score.Sequences == 200);

        static bool Reached(EvaluationPoint e) => e.Metrics["accuracy"] >= 1 && e.Metrics["cost"] < 1.5;
    }

    [Fact]
    public void A_goal_that_is_not_a_number_is_not_reached()
    {
        using var model = new LinearModel();
        var nothing = Metric.Of("nothing", (_, _) => tensor(float.NaN));
        var options = Options(o => (o.StopWhenSolved, o.Goals) = (true, [new MetricGoal(nothing, Limit.AtMost(double.PositiveInfinity))]));
        Assert.Equal(TrainingOutcome.Completed, new Trainer(model, new EchoTask(), options).Train().Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Early_stopping_by_a_metric_ends_after_the_patience_in_its_direction(bool higherIsBetter)
    {
        // Better up to the fourth evaluation, then not a number, equal, worse, worse.
        double[] values = [1, 3, 2, 5, double.NaN, 5, 4, 1, 9, 9];
        var call = 0;
        var scripted = Metric.Of("scripted", (_, batch) => tensor((higherIsBetter ? 1 : -1) * values[call++] * batch.BatchSize), higherIsBetter);
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options(o => (o.Sequences, o.EvaluationInterval) = (1_000, 8)));
        trainer.Observers.Add(new EarlyStop(patience: 4, scripted));
        var result = trainer.Train();
        Assert.Equal((TrainingOutcome.Stopped, 8), (result.Outcome, result.Evaluations.Count));
        Assert.Equal($"no evaluation among the last 4 had a {(higherIsBetter ? "higher scripted than 5" : "lower scripted than -5")}", result.StopReason);
        Assert.Equal(["accuracy", "first, logit", "scripted"], result.Evaluations[0].Metrics.Keys);
    }

    [Fact]
    public void A_metric_that_is_never_a_number_stops_a_training_after_the_patience()
    {
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options(o => (o.Sequences, o.EvaluationInterval) = (1_000, 8)));
        trainer.Observers.Add(new EarlyStop(patience: 3, Metric.Of("nothing", (_, _) => tensor(float.NaN), higherIsBetter: true)));
        Assert.Equal(3, trainer.Train().Evaluations.Count);
    }

    [Fact]
    public void TensorBoard_and_history_files_have_the_metrics_by_name()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options());
        trainer.Observers.Add(new TensorBoardLog(folder["log"]));
        trainer.Observers.Add(new HistoryFiles(folder["history.csv"], folder["history.json"], folder["evaluations.csv"]));
        var whileTraining = "";
        trainer.Observers.Add(new Recorder((call, _) =>
        {
            if (call == "progress 80")
                whileTraining = File.ReadAllText(folder["evaluations.csv"]);
        }));
        var evaluations = trainer.Train().Evaluations;
        var values = Directory.GetFiles(folder["log"]).SelectMany(EventFile.Read).ToList();
        foreach (var name in (string[])["accuracy", "first, logit"])
            Assert.Equal(evaluations.Select(e => (e.Sequences, (float?)e.Metrics[name])), values.Where(v => v.Tag == $"metrics/{name}").Select(v => (v.Step, v.Number)));

        var lines = File.ReadAllLines(folder["evaluations.csv"]);
        Assert.Equal("sequences,held_out,cost_bits,wrong_bits,accuracy,\"first, logit\"", lines[0]);
        Assert.Equal(
            evaluations.Select(e => (double[])[e.Sequences, e.Score.Sequences, e.Score.MeanCost, e.Score.MeanWrong, .. e.Metrics.Values]),
            lines.Skip(1).Select(l => l.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()));
        Assert.Equal(lines.Take(4), whileTraining.TrimEnd('\n').Split('\n'));
        Assert.Equal("sequences,cost_bits,wrong_bits,seconds", File.ReadLines(folder["history.csv"]).First());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_resumed_training_has_the_same_points_and_stops_at_the_same_one(int interruption)
    {
        using var whole = new TemporaryFolder();
        using var first = new LinearModel();
        var expected = Trainer(first, whole).Train();
        Assert.Equal(TrainingOutcome.Stopped, expected.Outcome);
        Assert.True(expected.Evaluations.Count > 4, "there is something to interrupt");

        using var folder = new TemporaryFolder();
        using (var model = new LinearModel())
        using (var stop = new CancellationTokenSource())
        {
            var trainer = Trainer(model, folder);
            trainer.Observers.Add(new Recorder((call, training) =>
            {
                if (training.Evaluations.Count == interruption)
                    stop.Cancel();
            }));
            Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
        }

        using var other = new LinearModel();
        var checkpoint = new CheckpointFolder(folder["checkpoints"]).LoadNewest()!;
        Assert.Equal(["accuracy", "first, logit", "wrong targets"], checkpoint.Metrics);
        var resumed = Trainer(other, folder).Resume(checkpoint);
        Assert.Equal(first.Values(), other.Values());
        Assert.Equal(expected.Evaluations, resumed.Evaluations);
        Assert.Equal((expected.Outcome, expected.SequencesSeen, expected.StopReason), (resumed.Outcome, resumed.SequencesSeen, resumed.StopReason));
        Assert.Equal(File.ReadAllText(whole["evaluations.csv"]), File.ReadAllText(folder["evaluations.csv"]));

        static Trainer Trainer(LinearModel model, TemporaryFolder folder)
        {
            var trainer = new Trainer(model, new EchoTask(), Options(o =>
            {
                (o.Sequences, o.Optimizer.LearningRate) = (100_000, 0.003);
                o.Checkpoints = new CheckpointOptions { Folder = folder["checkpoints"], Interval = 48, Minutes = 0 };
            }));
            trainer.Observers.Add(new EarlyStop(patience: 3, Metric.Wrong));
            trainer.Observers.Add(new HistoryFiles(folder["history.csv"], folder["history.json"], folder["evaluations.csv"]));
            return trainer;
        }
    }

    [Fact]
    public void A_training_does_not_resume_with_other_metrics_than_its_evaluations_have()
    {
        using var folder = new TemporaryFolder();
        var plain = Options(o => (o.Metrics, o.Checkpoints) = ([], new CheckpointOptions { Folder = folder.Path, KeepLast = 100, Interval = 48, Minutes = 0 }));
        using var model = new LinearModel();
        new Trainer(model, new EchoTask(), plain).Train();
        var before = model.Values();
        var (start, end) = (TrainingCheckpoint.Load(new CheckpointFolder(folder.Path).Files[^1]), new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal((0, 0, 5), (start.SequencesSeen, start.Evaluations.Count, end.Evaluations.Count));

        var options = plain.Clone();
        options.Metrics = [Metric.Accuracy];
        var message = Assert.Throws<CheckpointException>(() => new Trainer(model, new EchoTask(), options).Resume(end)).Message;
        Assert.Contains("metrics", message, StringComparison.Ordinal);
        Assert.Contains("none", message, StringComparison.Ordinal);
        Assert.Contains("'accuracy'", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Values());

        // An observer's metrics count too; before the first evaluation any may be added.
        var trainer = new Trainer(model, new EchoTask(), plain);
        trainer.Observers.Add(new EarlyStop(100, Metric.Accuracy));
        Assert.Throws<CheckpointException>(() => trainer.Resume(end));
        Assert.Equal(5, trainer.Resume(start).Evaluations.Count(e => e.Metrics.ContainsKey("accuracy")));
    }

    [Fact]
    public void With_other_goals_a_solved_training_goes_on_and_counts_from_zero()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var solved = new Trainer(model, new EchoTask(), Solving(0)).Train();
        Assert.Equal((TrainingOutcome.Solved, 2), (solved.Outcome, solved.Evaluations.Count));
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        Assert.Equal(TrainingOutcome.Solved, new Trainer(model, new EchoTask(), Solving(0)).Resume(checkpoint).Outcome);
        Assert.Equal(4, new Trainer(model, new EchoTask(), Solving(0.001)).Resume(checkpoint).Evaluations.Count);

        TrainingOptions Solving(double accuracy) => Options(o =>
        {
            (o.StopWhenSolved, o.Sequences, o.Goals) = (true, 1_000, [new MetricGoal(Metric.Accuracy, Limit.AtLeast(accuracy))]);
            o.Checkpoints = new CheckpointOptions { Folder = folder.Path };
        });
    }

    [Fact]
    public void Metrics_of_one_name_are_refused_and_the_same_one_may_be_named_twice()
    {
        using var model = new LinearModel();
        var another = Metric.Wrong with { Name = "accuracy" };
        Assert.Contains("'accuracy'", Assert.Throws<OptionsValidationException>(() => Train(o => o.Metrics = [Metric.Accuracy, another])).Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(() => Train(o => o.Metrics = null!));
        Assert.Throws<OptionsValidationException>(() => Train(o => o.Metrics = [null!]));
        Assert.Throws<OptionsValidationException>(() => Train(o => o.Goals = [null!]));
        Assert.Contains("Goals", Assert.Throws<ArgumentException>(() => Train(o => o.Goals = [new MetricGoal(another, Limit.Zero)])).Message, StringComparison.Ordinal);
        Assert.Contains("'perplexity'", Assert.Throws<ArgumentException>(() => Train(o => o.Metrics = [Metric.Perplexity])).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(EarlyStop), Assert.Throws<ArgumentException>(() => Train(_ => { }, new EarlyStop(1, another))).Message, StringComparison.Ordinal);
        Assert.Contains("'marker'", Assert.Throws<ArgumentException>(() => Train(_ => { }, new EarlyStop(1, Metric.Accuracy.In("marker")))).Message, StringComparison.Ordinal);
        Assert.Empty(model.Training);

        var same = Train(
            o => (o.Metrics, o.Goals) = ([Metric.Accuracy.In("data")], [new MetricGoal(Metric.Accuracy.In("data"), Limit.AtLeast(2))]), new EarlyStop(100, Metric.Accuracy.In("data")));
        Assert.Equal(["accuracy in the data"], same.Evaluations[0].Metrics.Keys);

        TrainingResult Train(Action<TrainingOptions> change, params ITrainingObserver[] observers)
        {
            var trainer = new Trainer(model, new EchoTask(), Options(change));
            foreach (var observer in observers)
                trainer.Observers.Add(observer);
            return trainer.Train();
        }
    }

    [Fact]
    public void Functions_are_called_at_evaluations_only_without_gradients_and_see_the_engines_logits()
    {
        using var machine = SmallMachine.Create();
        machine.Engine = EngineKind.Cpu;
        var batches = 0;
        var seen = Metric.Of("seen", (logits, batch) =>
        {
            batches++;
            Assert.False(logits.requires_grad || is_grad_enabled());
            Assert.Equal(batch.Targets.shape, logits.shape);
            using var expected = machine.Logits(batch.Inputs);
            // The logits of padding are arbitrary.
            var counted = batch.Mask.gt(0).unsqueeze(-1);
            return (logits - expected).abs().where(counted, zeros_like(logits)).max() * batch.BatchSize;
        });
        var options = Options(o => (o.Metrics, o.EvaluationSequences) = ([seen], 130));
        var result = new Trainer(machine, SmallMachine.Task, options).Train();
        Assert.Equal(5 * 2, batches);
        Assert.All(result.Evaluations, e => Assert.InRange(e.Metrics["seen"], 0, 1e-4));
    }
}
