using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests.Checkpoints;

public class RollbackTests
{
    private static TrainingOptions Options(TemporaryFolder folder) => new()
    {
        Sequences = 160,
        BatchSize = 8,
        EvaluationInterval = 0,
        StopWhenSolved = false,
        Optimizer = { LearningRate = 0.01 },
        OnDivergence = DivergencePolicy.LowerRate,
        MaxRollbacks = 2,
        Checkpoints = new CheckpointOptions { Folder = folder.Path, Interval = 40, Minutes = 0 },
    };

    /// <summary>Diverges at given training batches, counted from the first.</summary>
    private static LinearModel Diverging(params int[] batches)
    {
        var model = new LinearModel();
        model.OnForward = m => m.NanAfter = batches.Contains(m.Training.Count) ? 0 : int.MaxValue;
        return model;
    }

    [Fact]
    public void A_training_that_diverges_returns_to_the_last_checkpoint_with_a_lower_rate()
    {
        using var folder = new TemporaryFolder();
        // The 8th batch, sequences 56 to 63: back to sequence 40.
        using var model = Diverging(8);
        List<double> rates = [];
        var trainer = new Trainer(model, new EchoTask(), Options(folder));
        var recorder = new Recorder();
        trainer.Observers.Add(recorder);
        var result = trainer.Train(new Reports(p => rates.Add(p.LearningRate)));
        Assert.Equal((TrainingOutcome.Completed, 160), (result.Outcome, result.SequencesSeen));
        Assert.Contains("rolled back 40", recorder.Calls);
        Assert.Equal(0.005, rates[^1], 12);
        // 7 batches, the one that diverged, and 15 from sequence 40 on.
        Assert.Equal(23, model.Training.Count);
    }

    [Fact]
    public void After_the_allowed_returns_the_training_ends_with_what_happened()
    {
        using var folder = new TemporaryFolder();
        using var model = Diverging(8, 9, 10);
        var e = Assert.Throws<TrainingDivergedException>(() => new Trainer(model, new EchoTask(), Options(folder)).Train());
        Assert.Equal(40, e.Sequence);
        Assert.Contains("sequences 40 to 47", e.Message, StringComparison.Ordinal);
        Assert.Equal(10, model.Training.Count);
    }

    [Fact]
    public void A_training_resumed_after_a_return_keeps_its_rate_and_ends_in_the_same_bits()
    {
        using var whole = new TemporaryFolder();
        using var model = Diverging(8);
        new Trainer(model, new EchoTask(), Options(whole)).Train();

        using var folder = new TemporaryFolder();
        using var interrupted = Diverging(8);
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(interrupted, new EchoTask(), Options(folder));
        trainer.Observers.Add(new Recorder((call, _) =>
        {
            if (call.Contains("000080", StringComparison.Ordinal))
                stop.Cancel();
        }));
        Assert.Equal(TrainingOutcome.Cancelled, trainer.Train(cancellationToken: stop.Token).Outcome);
        using var resumed = new LinearModel();
        new Trainer(resumed, new EchoTask(), Options(folder)).Resume(new CheckpointFolder(folder.Path).LoadNewest()!);
        Assert.Equal(model.Values(), resumed.Values());
    }

    [Fact]
    public void A_training_that_loses_what_it_learned_returns_too()
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var options = Options(folder);
        (options.EvaluationInterval, options.CollapseShare) = (8, 0.5);
        var trainer = new Trainer(model, new EchoTask(), options);
        var broken = false;
        var recorder = new Recorder((call, _) =>
        {
            // At sequence 64 everything that was learned is inverted.
            if (broken || !call.StartsWith("evaluated 64", StringComparison.Ordinal))
                return;
            broken = true;
            model.Negate();
        });
        trainer.Observers.Add(recorder);
        var result = trainer.Train();
        Assert.True(broken);
        Assert.Equal((TrainingOutcome.Completed, 160L), (result.Outcome, result.SequencesSeen));
        Assert.Single(recorder.Calls, "rolled back 40");
        Assert.True(result.Evaluations[^1].Score.MeanCost < result.Evaluations[0].Score.MeanCost);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(null)]
    public void Without_a_share_it_goes_on_and_with_no_return_allowed_it_ends(double? share)
    {
        using var folder = new TemporaryFolder();
        using var model = new LinearModel();
        var options = Options(folder);
        (options.EvaluationInterval, options.OnDivergence, options.CollapseShare) = (8, DivergencePolicy.Stop, share);
        var trainer = new Trainer(model, new EchoTask(), options);
        trainer.Observers.Add(new Recorder((call, _) =>
        {
            if (call.StartsWith("evaluated 64", StringComparison.Ordinal))
                model.Negate();
        }));
        if (share is null)
            Assert.Equal(TrainingOutcome.Completed, trainer.Train().Outcome);
        else
            Assert.Contains("more than 50", Assert.Throws<TrainingDivergedException>(() => trainer.Train()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_parameter_whose_gradient_is_not_finite_is_named()
    {
        using var model = new LinearModel { AddTrap = 3 };
        var e = Assert.Throws<TrainingDivergedException>(() => new Trainer(
            model, new EchoTask(), new TrainingOptions { Sequences = 100, EvaluationInterval = 0, StopWhenSolved = false, Seed = 4 }).Train());
        Assert.Equal(("trap", 3L, 4), (e.Parameter, e.Sequence, e.Seed));
        Assert.Contains("sequence 3 of seed 4", e.Message, StringComparison.Ordinal);
    }
}
