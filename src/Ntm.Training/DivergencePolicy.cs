using System.Text.Json.Serialization;

namespace Ntm.Training;

/// <summary>The reaction to a loss or gradient that is NaN or infinite, before an update is made from it, or to the loss of what was learned
/// (<see cref="TrainingOptions.CollapseShare"/>).</summary>
public enum DivergencePolicy
{
    /// <summary>The training ends with a <see cref="TrainingDivergedException"/>.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,

    /// <summary>The training returns to the last checkpoint due by sequences and continues from there with a lower learning rate, at most
    /// <see cref="TrainingOptions.MaxRollbacks"/> times.</summary>
    [JsonStringEnumMemberName("lower-rate")]
    LowerRate,
}
