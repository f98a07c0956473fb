using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>
/// The sizes of the <see cref="RepeatCopyTask"/>; all bounds are inclusive. The number of repeats is given to the model normalised over
/// the <em>training</em> range, which stays what it is when a larger range is measured.
/// </summary>
public sealed class RepeatCopyOptions
{
    /// <summary>Bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 8.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 8;

    /// <summary>The shortest sequence, in vectors.</summary>
    /// <value>The default value is 1.</value>
    [Description("The shortest sequence trained on.")]
    [Range(1, 100_000)]
    public int MinLength { get; set; } = 1;

    /// <summary>The longest sequence, in vectors; not below <see cref="MinLength"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The longest sequence trained on.")]
    [Range(1, 100_000)]
    public int MaxLength { get; set; } = 10;

    /// <summary>The fewest repeats.</summary>
    /// <value>The default value is 1.</value>
    [Description("The fewest repeats trained on.")]
    [Range(1, 10_000)]
    public int MinRepeats { get; set; } = 1;

    /// <summary>The most repeats; not below <see cref="MinRepeats"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The most repeats trained on.")]
    [Range(1, 10_000)]
    public int MaxRepeats { get; set; } = 10;

    /// <summary>The fewest repeats of the training, for the normalisation.</summary>
    /// <value>The default value is 1.</value>
    [Description("The fewest repeats that the number given to the model is normalised over; by default the fewest trained on.")]
    [Range(1, 10_000)]
    public int TrainingMinRepeats { get; set; } = 1;

    /// <summary>The most repeats of the training, for the normalisation; above <see cref="TrainingMinRepeats"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The most repeats that the number given to the model is normalised over; by default the most trained on.")]
    [Range(1, 10_000)]
    public int TrainingMaxRepeats { get; set; } = 10;
}
