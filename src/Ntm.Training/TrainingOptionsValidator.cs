using Microsoft.Extensions.Options;
using Ntm.Shared;
using Ntm.Training.Checkpoints;

namespace Ntm.Training;

/// <summary>Checks <see cref="TrainingOptions"/>. The constructor of <see cref="Trainer"/> runs it as well.</summary>
public sealed class TrainingOptionsValidator : IValidateOptions<TrainingOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = RangeRules.Violations(options).ToList();
        if (options.Optimizer is { } optimizer)
            failures.AddRange([.. RangeRules.Violations(optimizer, optimizer.GetType()), .. optimizer.Contradictions()]);
        else
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.Optimizer), null, "an optimizer"));
        if (options.TorchOptimizer is not null && options.Optimizer is not null && SavedOptions.Differ(options.Optimizer, new RmsProp()))
        {
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.Optimizer), options.Optimizer,
                $"left at its default where there is a {nameof(options.TorchOptimizer)}, which has its own numbers"));
        }

        if (options.GradientClipping is { } clipping)
            failures.AddRange(RangeRules.Violations(clipping, clipping.GetType()));
        else
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.GradientClipping), null, $"a way of clipping, such as {nameof(NoClipping)}"));
        if (options.Metrics is null)
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.Metrics), null, "a list, empty for none"));
        else if (MetricList.Fault(options.Metrics) is { } fault)
            failures.Add($"{nameof(TrainingOptions)}.{nameof(options.Metrics)} {fault}.");
        if (options.Goals is null || options.Goals.Contains(null))
        {
            failures.Add(RangeRules.Message(
                typeof(TrainingOptions), nameof(options.Goals), options.Goals is null ? null : "a list with null", "a list of goals, empty for the task's own"));
        }

        if (options is { Epochs: not null, HasSequences: true })
        {
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.Epochs), options.Epochs,
                $"null where {nameof(options.Sequences)} is set, which is {options.Sequences}"));
        }

        if (options.StopWhenSolved && options.EvaluationInterval == 0)
        {
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.EvaluationInterval), options.EvaluationInterval,
                "at least 1 when StopWhenSolved is true, since only an evaluation tells when the task is solved"));
        }

        if (options.Scheduler is not null && options.Schedule != LearningRateSchedule.Constant)
        {
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.Schedule), options.Schedule,
                $"{LearningRateSchedule.Constant} where there is a {nameof(options.Scheduler)}"));
        }

        if (options.OnDivergence == DivergencePolicy.LowerRate && options.Checkpoints is null or { Interval: 0 })
        {
            failures.Add(RangeRules.Message(typeof(TrainingOptions), nameof(options.OnDivergence), options.OnDivergence,
                $"{DivergencePolicy.Stop} where there are no {nameof(options.Checkpoints)} with an {nameof(CheckpointOptions.Interval)} to return to"));
        }

        if (options.Checkpoints is { } checkpoints)
        {
            failures.AddRange(RangeRules.Violations(checkpoints));
            if (string.IsNullOrWhiteSpace(checkpoints.Folder))
                failures.Add(RangeRules.Message(typeof(CheckpointOptions), nameof(checkpoints.Folder), checkpoints.Folder, "a folder's path"));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <exception cref="OptionsValidationException">A value is out of range; the message names property, value and range.</exception>
    internal static void ThrowIfInvalid(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new TrainingOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(TrainingOptions), typeof(TrainingOptions), result.Failures);
    }
}
