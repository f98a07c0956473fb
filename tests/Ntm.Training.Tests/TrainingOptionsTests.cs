using Microsoft.Extensions.Options;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class TrainingOptionsTests
{
    public static TheoryData<string, object, string, string> Violations => new()
    {
        { nameof(TrainingOptions.Optimizer), (OptimizerKind)9, "9", "one of Adam, RmsProp, GravesRmsProp" },
        { nameof(TrainingOptions.LearningRate), 0.0, "0", "greater than 0 and at most 1000" },
        { nameof(TrainingOptions.LearningRate), double.NaN, "NaN", "greater than 0 and at most 1000" },
        { nameof(TrainingOptions.LearningRate), 1001.0, "1001", "greater than 0 and at most 1000" },
        { nameof(TrainingOptions.Alpha), 1.0, "1", "at least 0 and less than 1" },
        { nameof(TrainingOptions.Momentum), -0.5, "-0.5", "at least 0 and less than 1" },
        { nameof(TrainingOptions.Schedule), (LearningRateSchedule)7, "7", "one of Constant, Linear, Cosine" },
        { nameof(TrainingOptions.FinalRate), 1.5, "1.5", "at least 0 and at most 1" },
        { nameof(TrainingOptions.RestartAt), 0L, "0", "at least 1 and at most 1000000000000" },
        { nameof(TrainingOptions.RestartRate), 0.0, "0", "greater than 0 and at most 1" },
        { nameof(TrainingOptions.Beta1), 1.0, "1", "at least 0 and less than 1" },
        { nameof(TrainingOptions.Beta2), 1.5, "1.5", "at least 0 and less than 1" },
        { nameof(TrainingOptions.Epsilon), 1e-46, "1E-46", "at least 1E-30 and at most 1" },
        { nameof(TrainingOptions.GradientClip), 0.0, "0", "greater than 0 and at most 1E+30" },
        { nameof(TrainingOptions.GradientClip), double.PositiveInfinity, "Infinity", "greater than 0 and at most 1E+30" },
        { nameof(TrainingOptions.BatchSize), 0, "0", "at least 1 and at most 65536" },
        { nameof(TrainingOptions.Sequences), 0L, "0", "at least 1 and at most 1000000000000" },
        { nameof(TrainingOptions.Seed), -1, "-1", "at least 0 and at most 2147483647" },
        { nameof(TrainingOptions.ReportInterval), 0L, "0", "at least 1 and at most 1000000000" },
        { nameof(TrainingOptions.ReportInterval), 99_999_999_999L, "99999999999", "at least 1 and at most 1000000000" },
        { nameof(TrainingOptions.EvaluationInterval), -1L, "-1", "at least 0 and at most 1000000000" },
        { nameof(TrainingOptions.EvaluationInterval), 0L, "0", "at least 1 when StopWhenSolved is true, since only an evaluation tells when the task is solved" },
        { nameof(TrainingOptions.SolvedEvaluations), 0, "0", "at least 1 and at most 1000" },
        { nameof(TrainingOptions.EvaluationSequences), 0, "0", "at least 1 and at most 1000000" },
        { nameof(TrainingOptions.OnDivergence), (DivergencePolicy)5, "5", "one of Stop, LowerRate" },
        { nameof(TrainingOptions.OnDivergence), DivergencePolicy.LowerRate, "LowerRate", "Stop where there are no Checkpoints with an Interval to return to" },
        { nameof(TrainingOptions.CollapseShare), 0.0, "0", "greater than 0 and at most 1000" },
        { nameof(TrainingOptions.MaxRollbacks), 0, "0", "at least 1 and at most 1000" },
        { nameof(TrainingOptions.RollbackRate), 1.0, "1", "greater than 0 and less than 1" },
    };

    public static TheoryData<string, object, string, string> CheckpointViolations => new()
    {
        { nameof(CheckpointOptions.Folder), " ", " ", "a folder's path" },
        { nameof(CheckpointOptions.Interval), -1L, "-1", "at least 0 and at most 1000000000000" },
        { nameof(CheckpointOptions.Minutes), double.NaN, "NaN", "at least 0 and at most 1000000" },
        { nameof(CheckpointOptions.KeepLast), 0, "0", "at least 1 and at most 1000000" },
    };

    [Theory]
    [MemberData(nameof(CheckpointViolations))]
    public void An_option_of_checkpoints_out_of_range_is_refused_as_well(string property, object value, string shown, string allowed)
    {
        using var model = new LinearModel();
        var options = new TrainingOptions { Checkpoints = new CheckpointOptions { Folder = "folder" } };
        typeof(CheckpointOptions).GetProperty(property)!.SetValue(options.Checkpoints, value);
        var exception = Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options));
        Assert.Equal($"CheckpointOptions.{property} is {shown}; it must be {allowed}.", Assert.Single(exception.Failures));
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_value_out_of_range_is_refused_by_property_value_and_range(string property, object value, string shown, string allowed)
    {
        using var model = new LinearModel();
        var options = new TrainingOptions();
        typeof(TrainingOptions).GetProperty(property)!.SetValue(options, value);
        var exception = Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options));
        Assert.Equal($"TrainingOptions.{property} is {shown}; it must be {allowed}.", Assert.Single(exception.Failures));
    }

    [Fact]
    public void Every_property_with_a_range_has_a_violation_above()
    {
        var tested = Violations.Select(v => v.Data.Item1).ToHashSet();
        Assert.All(typeof(TrainingOptions).GetProperties().Where(p => p.CanWrite && p.PropertyType != typeof(bool) && p.Name is not (nameof(TrainingOptions.Checkpoints) or nameof(TrainingOptions.Scheduler))), p => Assert.Contains(p.Name, tested));
    }

    [Fact]
    public void All_failures_are_reported_together()
    {
        using var model = new LinearModel();
        var options = new TrainingOptions { BatchSize = 0, LearningRate = -1, Seed = -2 };
        Assert.Equal(3, Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options)).Failures.Count());
    }

    [Fact]
    public void A_clone_is_equal_in_every_property()
    {
        var options = new TrainingOptions { BatchSize = 3, Epsilon = 1e-3, GradientClip = null, Optimizer = OptimizerKind.GravesRmsProp };
        Assert.All(typeof(TrainingOptions).GetProperties(), p => Assert.Equal(p.GetValue(options), p.GetValue(options.Clone())));
    }
}
