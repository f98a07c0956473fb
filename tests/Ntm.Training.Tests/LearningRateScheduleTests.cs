using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 1, 1, 1)]
    [InlineData(LearningRateSchedule.Linear, 0, 1, 0.5, 0)]
    [InlineData(LearningRateSchedule.Linear, 0.2, 1, 0.6, 0.2)]
    [InlineData(LearningRateSchedule.Cosine, 0, 1, 0.5, 0)]
    [InlineData(LearningRateSchedule.Cosine, 0.1, 1, 0.55, 0.1)]
    public void Factors_at_the_start_the_middle_and_the_end(LearningRateSchedule schedule, double last, double start, double middle, double end)
    {
        Assert.Equal(start, schedule.Factor(0, last), 12);
        Assert.Equal(middle, schedule.Factor(0.5, last), 12);
        Assert.Equal(end, schedule.Factor(1, last), 12);
    }

    [Fact]
    public void A_cosine_is_flatter_than_a_line_at_both_ends()
    {
        Assert.True(LearningRateSchedule.Cosine.Factor(0.1, 0) > LearningRateSchedule.Linear.Factor(0.1, 0));
        Assert.True(LearningRateSchedule.Cosine.Factor(0.9, 0) < LearningRateSchedule.Linear.Factor(0.9, 0));
    }

    [Theory]
    [InlineData(0, 0.04)]
    [InlineData(100, 0.02)]
    [InlineData(199, 0.0)]
    [InlineData(200, 0.01)]
    [InlineData(400, 0.005)]
    [InlineData(599, 0.0)]
    public void A_restart_begins_the_schedule_again_at_its_own_rate(long sequence, double expected)
    {
        var options = new TrainingOptions { Optimizer = { LearningRate = 0.04 }, Schedule = LearningRateSchedule.Cosine, Sequences = 600, RestartAt = 200, RestartRate = 0.25 };
        Assert.Equal(expected, LearningRateSchedules.LearningRate(options, sequence), 1e-5);
    }

    [Theory]
    [InlineData(LearningRateSchedule.Cosine, 600)]
    [InlineData(LearningRateSchedule.Constant, 200)]
    public void A_training_that_ends_before_and_a_constant_rate_have_no_restart(LearningRateSchedule schedule, long restart)
    {
        var options = new TrainingOptions { Schedule = schedule, Sequences = 600, RestartRate = 0.25 };
        var without = Enumerable.Range(0, 600).Select(i => LearningRateSchedules.LearningRate(options, i)).ToList();
        options.RestartAt = restart;
        Assert.Equal(without, Enumerable.Range(0, 600).Select(i => LearningRateSchedules.LearningRate(options, i)));
    }

    [Fact]
    public void The_trainer_scales_each_update()
    {
        // Without momentum an update is proportional to the learning rate, and both trainings arrive at the second one with the same weights.
        var constant = WeightAfterEachOfTwoUpdates(LearningRateSchedule.Constant);
        var linear = WeightAfterEachOfTwoUpdates(LearningRateSchedule.Linear);
        Assert.Equal(constant.First, linear.First);
        Assert.Equal(0.5, (linear.Second - linear.First) / (constant.Second - constant.First), 3);
    }

    private static (float First, float Second) WeightAfterEachOfTwoUpdates(LearningRateSchedule schedule)
    {
        var weights = new List<float>();
        using var model = new LinearModel { OnForward = m => weights.Add(m.Values()[0]) };
        var options = new TrainingOptions
        {
            Optimizer = new RmsProp { Momentum = 0, LearningRate = 0.05 },
            Schedule = schedule,
            Sequences = 16,
            BatchSize = 8,
            EvaluationInterval = 0,
            StopWhenSolved = false,
        };
        new Trainer(model, new EchoTask(), options).Train();
        return (weights[1], model.Values()[0]);
    }
}
