using Microsoft.Extensions.Logging;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Observers;

public class ObserverTests
{
    private static TrainingOptions Options() => new()
    {
        Sequences = 64,
        BatchSize = 8,
        ReportInterval = 32,
        EvaluationInterval = 32,
        EvaluationSequences = 10,
        StopWhenSolved = false,
        Optimizer = { LearningRate = 0.01 },
    };

    [Fact]
    public void An_observer_is_told_of_everything_in_order()
    {
        using var model = new LinearModel();
        var recorder = new Recorder();
        var trainer = new Trainer(model, new EchoTask(), Options());
        trainer.Observers.Add(recorder);
        trainer.Train();
        Assert.Equal(["started", "evaluated 32", "progress 32", "evaluated 64", "progress 64", "ended Completed"], recorder.Calls);
    }

    [Fact]
    public void An_observer_that_fails_is_reported_once_and_does_not_end_the_training()
    {
        using var model = new LinearModel();
        var logger = new ListLogger();
        var trainer = new Trainer(model, new EchoTask(), Options(), logger);
        var failing = new Recorder((_, _) => throw new InvalidOperationException("broken"));
        var other = new Recorder();
        trainer.Observers.Add(failing);
        trainer.Observers.Add(other);
        Assert.Equal(TrainingOutcome.Completed, trainer.Train().Outcome);
        Assert.Single(failing.Calls);
        Assert.Equal(6, other.Calls.Count);
        Assert.Contains(nameof(Recorder), Assert.Single(logger.Lines, l => l.Level == LogLevel.Error).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observer_can_end_the_training()
    {
        using var model = new LinearModel();
        var trainer = new Trainer(model, new EchoTask(), Options());
        trainer.Observers.Add(new Recorder((call, training) =>
        {
            if (call == "progress 32")
                training.Stop("enough");
        }));
        var result = trainer.Train();
        Assert.Equal((TrainingOutcome.Stopped, 32, "enough"), (result.Outcome, result.SequencesSeen, result.StopReason));
    }

    [Fact]
    public void A_training_that_no_longer_gets_better_ends()
    {
        // A learning rate that throws a linear model about: the cost rises at some point.
        using var model = new LinearModel();
        var options = Options();
        (options.Sequences, options.EvaluationInterval, options.Optimizer.LearningRate) = (100_000, 8, 1);
        var trainer = new Trainer(model, new EchoTask(), options);
        trainer.Observers.Add(new EarlyStop(patience: 3));
        var result = trainer.Train();
        Assert.Equal(TrainingOutcome.Stopped, result.Outcome);
        List<double> costs = [.. result.Evaluations.Select(e => e.Score.MeanCost)];
        Assert.Equal(costs.Count - 4, costs.IndexOf(costs.Min()));
    }

    [Fact]
    public void A_progress_report_has_the_smoothed_cost_the_gradients_norm_and_the_rate()
    {
        using var model = new LinearModel();
        var options = Options();
        options.Schedule = LearningRateSchedule.Linear;
        var reports = new Reports();
        new Trainer(model, new EchoTask(), options).Train(reports);
        var (first, second) = (reports.All[0], reports.All[1]);
        Assert.Equal(first.Point.MeanCost, first.SmoothedCost, 12);
        Assert.Equal((0.9 * first.Point.MeanCost + second.Point.MeanCost) / 1.9, second.SmoothedCost, 12);
        // The last of four and of eight updates: 3 and 7 eighths of the way down.
        Assert.Equal(0.01 * 5 / 8, first.LearningRate, 12);
        Assert.Equal(0.01 * 1 / 8, second.LearningRate, 12);
        Assert.True(first.GradientNorm > 0);
    }
}
