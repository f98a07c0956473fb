using System.Text.Json.Serialization;

namespace Ntm.Training;

/// <summary>What happens when a loss or gradient is NaN or infinite, before the update is made of it, or when what was learned is lost
/// (<see cref="TrainingOptions.CollapseShare"/>).</summary>
public enum DivergencePolicy
{
    /// <summary>The training ends with a <see cref="TrainingDivergedException"/>.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,

    /// <summary>The training returns to the last checkpoint due by sequences and goes on from there with a lower learning rate, at most
    /// <see cref="TrainingOptions.MaxRollbacks"/> times.</summary>
    [JsonStringEnumMemberName("lower-rate")]
    LowerRate,
}
