using System.Text.Json.Serialization;

namespace Ntm.Training;

/// <summary>The course of the learning rate over a training: a function of the share of its sequences that have been seen, and of nothing else.</summary>
public enum LearningRateSchedule
{
    /// <summary>The learning rate does not change.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>The learning rate falls in a straight line.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>The learning rate falls in half a cosine wave (Loshchilov and Hutter 2016): slowly at the start and at the end.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,
}

/// <summary>The schedules' formulas.</summary>
internal static class LearningRateSchedules
{
    /// <summary>Returns the factor of the learning rate.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="progress">The share of the training that is complete, 0..1.</param>
    /// <param name="last">The factor at the end.</param>
    public static double Factor(this LearningRateSchedule schedule, double progress, double last) => schedule switch
    {
        LearningRateSchedule.Linear => last + (1 - last) * (1 - progress),
        LearningRateSchedule.Cosine => last + (1 - last) * (1 + Math.Cos(Math.PI * progress)) / 2,
        _ => 1,
    };

    /// <summary>Returns the learning rate of the update that begins with a given sequence.</summary>
    public static double LearningRate(TrainingOptions options, long sequence) => LearningRate(options, options.Optimizer.LearningRate, sequence);

    /// <summary>Returns the learning rate of the update that begins with a given sequence, from the rate that the schedule multiplies.</summary>
    public static double LearningRate(TrainingOptions options, double baseRate, long sequence)
    {
        var (rate, first, end) = options.RestartAt is not { } restart || restart >= options.Sequences || options.Schedule == LearningRateSchedule.Constant
            ? (1, 0, options.Sequences)
            : sequence < restart ? (1, 0, restart)
            : (options.RestartRate, restart, options.Sequences);
        return baseRate * rate * options.Schedule.Factor((double)(sequence - first) / (end - first), options.FinalRate);
    }
}
