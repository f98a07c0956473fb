using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Ntm.Training.Tests.Support;

namespace Ntm.Training.Tests;

public class TrainingOptionsTests
{
    public static TheoryData<string, object?, string, string> Violations => new()
    {
        { nameof(TrainingOptions.Optimizer), null, "null", "an optimizer" },
        { nameof(TrainingOptions.GradientClipping), null, "null", "a way of clipping, such as NoClipping" },
        { nameof(TrainingOptions.Metrics), null, "null", "a list, empty for none" },
        { nameof(TrainingOptions.Goals), null, "null", "a list of goals, empty for the task's own" },
        { nameof(TrainingOptions.Schedule), (LearningRateSchedule)7, "7", "one of Constant, Linear, Cosine" },
        { nameof(TrainingOptions.FinalRate), 1.5, "1.5", "at least 0 and at most 1" },
        { nameof(TrainingOptions.RestartAt), 0L, "0", "at least 1 and at most 1000000000000" },
        { nameof(TrainingOptions.RestartRate), 0.0, "0", "greater than 0 and at most 1" },
        { nameof(TrainingOptions.BatchSize), 0, "0", "at least 1 and at most 65536" },
        { nameof(TrainingOptions.WeightAverage), 1.0, "1", "greater than 0 and less than 1" },
        { nameof(TrainingOptions.MicroBatchSize), 0, "0", "at least 1 and at most 65536" },
        { nameof(TrainingOptions.Sequences), 0L, "0", "at least 1 and at most 1000000000000" },
        { nameof(TrainingOptions.Epochs), 0, "0", "at least 1 and at most 1000000" },
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
    public void A_value_out_of_range_is_refused_by_property_value_and_range(string property, object? value, string shown, string allowed)
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
        Assert.All(typeof(TrainingOptions).GetProperties().Where(p => p.CanWrite && p.PropertyType != typeof(bool) && p.Name is not (nameof(TrainingOptions.Checkpoints) or nameof(TrainingOptions.Scheduler) or nameof(TrainingOptions.TorchOptimizer))), p => Assert.Contains(p.Name, tested));
    }

    [Fact]
    public void All_failures_are_reported_together()
    {
        using var model = new LinearModel();
        var options = new TrainingOptions { BatchSize = 0, Optimizer = { LearningRate = -1 }, Seed = -2 };
        Assert.Equal(3, Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options)).Failures.Count());
    }

    public static TheoryData<string, string, double, string, string> NumberViolations => new(
        from options in ((IEnumerable<object>)[.. OptimizerOptions.Names.Select(OptimizerOptions.Create), .. GradientClipping.Names.Select(GradientClipping.Create)])
        from property in options.GetType().GetProperties()
        let range = property.GetCustomAttribute<RangeAttribute>()
        where range is not null
        let low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture)
        let high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture)
        from value in (double[])[range.MinimumIsExclusive ? low : double.BitDecrement(low), range.MaximumIsExclusive ? high : double.BitIncrement(high), double.NaN, double.PositiveInfinity]
        select (
            options.ToString()!, property.Name, value, FormattableString.Invariant($"{options.GetType().Name}.{property.Name} is {value}; it must be "),
            FormattableString.Invariant($"{(range.MinimumIsExclusive ? "greater than" : "at least")} {low} and {(range.MaximumIsExclusive ? "less than" : "at most")} {high}.")));

    /// <summary>Every number of every optimizer and every way of clipping, just outside its range.</summary>
    [Theory]
    [MemberData(nameof(NumberViolations))]
    public void A_number_of_an_optimizer_or_of_clipping_out_of_range_is_refused(string name, string property, double value, string found, string allowed)
    {
        using var model = new LinearModel();
        var options = new TrainingOptions();
        object changed = OptimizerOptions.Names.Contains(name) ? options.Optimizer = OptimizerOptions.Create(name) : options.GradientClipping = GradientClipping.Create(name);
        changed.GetType().GetProperty(property)!.SetValue(changed, value);
        Assert.Equal(found + allowed, Assert.Single(Assert.Throws<OptionsValidationException>(() => new Trainer(model, new EchoTask(), options)).Failures));
    }

    /// <summary>A number without a range could be anything.</summary>
    [Fact]
    public void Every_number_of_an_optimizer_or_of_clipping_has_a_range_and_a_description()
    {
        object[] all = [.. OptimizerOptions.Names.Select(OptimizerOptions.Create), .. GradientClipping.Names.Select(GradientClipping.Create)];
        Assert.All(all.SelectMany(o => o.GetType().GetProperties()).Where(p => p.CanWrite), property =>
        {
            Assert.False(string.IsNullOrEmpty(property.GetCustomAttribute<DescriptionAttribute>()?.Description), property.Name);
            Assert.Equal(property.PropertyType == typeof(double), property.GetCustomAttribute<RangeAttribute>() is not null);
        });
    }

    [Fact]
    public void A_clone_is_equal_in_every_property_and_independent()
    {
        var options = new TrainingOptions
        {
            BatchSize = 3,
            GradientClipping = new ClipByNorm { MaxNorm = 3 },
            Optimizer = new GravesRmsProp { Epsilon = 1e-3 },
            Checkpoints = new CheckpointOptions { Folder = "folder" },
        };
        var clone = options.Clone();
        Assert.Equal(JsonSerializer.Serialize(options), JsonSerializer.Serialize(clone));
        Assert.NotSame(options.Optimizer, clone.Optimizer);
        Assert.NotSame(options.GradientClipping, clone.GradientClipping);
        Assert.NotSame(options.Checkpoints, clone.Checkpoints);
    }
}
