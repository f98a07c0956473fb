using System.ComponentModel.DataAnnotations;

namespace Ntm.Training;

/// <summary>Where and how often a training is saved so that it can go on after an interruption.</summary>
public sealed class CheckpointOptions
{
    /// <summary>The folder; made if it is missing. Every training needs one of its own.</summary>
    public required string Folder { get; set; }

    /// <summary>Sequences between two checkpoints; 0 for none but by <see cref="Minutes"/>, at the start and at the end.</summary>
    /// <value>The default value is 10,000.</value>
    [Range(0, 1_000_000_000_000)]
    public long Interval { get; set; } = 10_000;

    /// <summary>Minutes between two checkpoints, whatever the sequences; 0 for none.</summary>
    /// <value>The default value is 5.</value>
    [Range(0.0, 1e6)]
    public double Minutes { get; set; } = 5;

    /// <summary>The newest checkpoints that stay; older ones are deleted.</summary>
    /// <value>The default value is 3: if the newest is damaged, there is another.</value>
    [Range(1, 1_000_000)]
    public int KeepLast { get; set; } = 3;

    /// <summary>Whether the checkpoint with the lowest cost on held-out sequences stays as well, as <c>best.safetensors</c>.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool KeepBest { get; set; } = true;

    /// <summary>Texts that are saved along and come back with the checkpoint, such as an application's settings.</summary>
    /// <value>The default value is none.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    /// <summary>An independent copy.</summary>
    public CheckpointOptions Clone() => (CheckpointOptions)MemberwiseClone();
}
