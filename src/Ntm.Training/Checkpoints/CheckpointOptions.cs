using System.ComponentModel.DataAnnotations;

namespace Ntm.Training;

/// <summary>Options for checkpoints: where and how often a training is saved, so that it can resume after an interruption.</summary>
public sealed class CheckpointOptions
{
    /// <summary>The folder; created if it does not exist. Every training needs a separate folder.</summary>
    public required string Folder { get; set; }

    /// <summary>The number of sequences between two checkpoints. With 0, checkpoints are written only by <see cref="Minutes"/>, at the start and at the
    /// end.</summary>
    /// <value>The default value is 10,000.</value>
    [Range(0, 1_000_000_000_000)]
    public long Interval { get; set; } = 10_000;

    /// <summary>The number of minutes between two checkpoints, whatever the number of sequences; 0 for none.</summary>
    /// <value>The default value is 5.</value>
    [Range(0.0, 1e6)]
    public double Minutes { get; set; } = 5;

    /// <summary>The number of checkpoints to keep; older ones are deleted.</summary>
    /// <value>The default value is 3: if the newest is damaged, there is another.</value>
    [Range(1, 1_000_000)]
    public int KeepLast { get; set; } = 3;

    /// <summary>Whether to keep the checkpoint with the lowest cost on held-out sequences as well, as <c>best.safetensors</c>.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool KeepBest { get; set; } = true;

    /// <summary>Application metadata stored in the checkpoint, such as the application's settings.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>Returns an independent copy.</summary>
    public CheckpointOptions Clone() => (CheckpointOptions)MemberwiseClone();
}
