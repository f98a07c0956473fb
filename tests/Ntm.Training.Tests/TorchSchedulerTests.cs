using Microsoft.Extensions.Options;
using Ntm.Training.Tests.Support;
using static TorchSharp.torch.optim;

namespace Ntm.Training.Tests;

public class TorchSchedulerTests
{
    private static TrainingOptions Options(Func<Optimizer, lr_scheduler.LRScheduler>? scheduler) => new()
    {
        Sequences = 60,
        BatchSize = 2,
        ReportInterval = 2,
        EvaluationInterval = 0,
        StopWhenSolved = false,
        Optimizer = { LearningRate = 0.01 },
        Scheduler = scheduler,
    };

    [Fact]
    public void The_rates_of_a_step_scheduler_are_those_of_its_definition()
    {
        using var model = new LinearModel();
        var reports = new Reports();
        new Trainer(model, new EchoTask(), Options(o => lr_scheduler.StepLR(o, step_size: 10, gamma: 0.1))).Train(reports);
        Assert.Equal(30, reports.All.Count);
        for (var update = 0; update < 30; update++)
            Assert.Equal(0.01 * Math.Pow(0.1, update / 10), reports.All[update].LearningRate, 1e-12);
    }

    [Fact]
    public void Our_cosine_is_torchs()
    {
        using var model = new LinearModel();
        using var other = new LinearModel();
        var (ours, torchs) = (new Reports(), new Reports());
        var options = Options(null);
        options.Schedule = LearningRateSchedule.Cosine;
        new Trainer(model, new EchoTask(), options).Train(ours);
        new Trainer(other, new EchoTask(), Options(o => lr_scheduler.CosineAnnealingLR(o, T_max: 30))).Train(torchs);
        Assert.All(ours.All.Zip(torchs.All), p => Assert.Equal(p.First.LearningRate, p.Second.LearningRate, 1e-9));
        Assert.All(model.Values().Zip(other.Values()), p => Assert.Equal(p.First, p.Second, 1e-5f));
    }

    [Fact]
    public void A_training_that_goes_on_has_the_rates_of_one_that_was_not_interrupted()
    {
        using var whole = new LinearModel();
        Func<Optimizer, lr_scheduler.LRScheduler> scheduler = o => lr_scheduler.ExponentialLR(o, gamma: 0.9);
        new Trainer(whole, new EchoTask(), Options(scheduler)).Train();

        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        using var model = new LinearModel();
        var options = Options(scheduler);
        options.Checkpoints = new CheckpointOptions { Folder = folder.Path };
        new Trainer(model, new EchoTask(), options).Train(new Reports(p =>
        {
            if (p.Point.Sequences == 14)
                stop.Cancel();
        }), stop.Token);
        using var resumed = new LinearModel();
        var checkpoint = new CheckpointFolder(folder.Path).LoadNewest()!;
        Assert.Equal(14, checkpoint.SequencesSeen);
        new Trainer(resumed, new EchoTask(), options).Resume(checkpoint);
        Assert.Equal(whole.Values(), resumed.Values());

        // Another scheduler, or none, contradicts the checkpoint.
        foreach (var other in (Func<Optimizer, lr_scheduler.LRScheduler>?[])[null, o => lr_scheduler.ExponentialLR(o, gamma: 0.8)])
            Assert.Contains("scheduler", Assert.Throws<CheckpointException>(() => new Trainer(resumed, new EchoTask(), Options(other)).Resume(checkpoint)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_and_a_scheduler_exclude_each_other_and_a_bad_rate_is_refused()
    {
        using var model = new LinearModel();
        var options = Options(o => lr_scheduler.LambdaLR(o, update => update < 3 ? 1 : -1));
        Assert.Contains("-0.01", Assert.Throws<InvalidOperationException>(() => new Trainer(model, new EchoTask(), options).Train()).Message, StringComparison.Ordinal);
        options.Schedule = LearningRateSchedule.Linear;
        Assert.Contains("Schedule is Linear", Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options)).Message, StringComparison.Ordinal);
    }
}
