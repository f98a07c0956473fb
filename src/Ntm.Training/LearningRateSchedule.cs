using System.Text.Json.Serialization;

namespace Ntm.Training;

/// <summary>How the learning rate changes over a training: a function of the share of its sequences that have been seen, and of nothing else.</summary>
public enum LearningRateSchedule
{
    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,

    /// <summary>It falls in a straight line.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>It falls in half a cosine wave (Loshchilov and Hutter 2016): slowly at first and at the end.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,
}

/// <summary>The schedules' formulas.</summary>
internal static class LearningRateSchedules
{
    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="progress">The share of the training that is over, 0..1.</param>
    /// <param name="last">The factor at the end.</param>
    public static double Factor(this LearningRateSchedule schedule, double progress, double last) => schedule switch
    {
        LearningRateSchedule.Linear => last + (1 - last) * (1 - progress),
        LearningRateSchedule.Cosine => last + (1 - last) * (1 + Math.Cos(Math.PI * progress)) / 2,
        _ => 1,
    };

    /// <summary>The learning rate of the update whose first sequence is given.</summary>
    public static double LearningRate(TrainingOptions options, long sequence)
    {
        var (rate, first, end) = options.RestartAt is not { } restart || restart >= options.Sequences || options.Schedule == LearningRateSchedule.Constant
            ? (1, 0, options.Sequences)
            : sequence < restart ? (1, 0, restart)
            : (options.RestartRate, restart, options.Sequences);
        return options.Optimizer.LearningRate * rate * options.Schedule.Factor((double)(sequence - first) / (end - first), options.FinalRate);
    }
}
