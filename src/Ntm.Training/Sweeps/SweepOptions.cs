namespace Ntm.Training;

/// <summary>How a <see cref="SweepRunner"/> runs trials.</summary>
public sealed class SweepOptions
{
    /// <summary>The most trials at once; at least 1. Models that are trained in this process share torch's threads, so that more of them may be slower.</summary>
    /// <value>The default value is 1.</value>
    public int AtOnce { get; set; } = 1;

    /// <summary>This program's part in a sweep that several run together.</summary>
    /// <value>The default value is <see cref="Shard.Whole"/>.</value>
    public Shard Shard { get; set; } = Shard.Whole;

    /// <summary>Whether trials that another program is running are waited for; otherwise they stay pending. Either way all others are run first.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool WaitsForBusy { get; set; } = true;
}
