using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>
/// The sizes of the <see cref="RepeatCopyTask"/>; all bounds are inclusive. The number of repeats in the input is normalized over
/// the <em>training</em> range, which does not change when a larger range is measured.
/// </summary>
public sealed class RepeatCopyOptions
{
    /// <summary>The number of bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 8.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 8;

    /// <summary>The length of the shortest sequence, in vectors.</summary>
    /// <value>The default value is 1.</value>
    [Description("The shortest sequence trained on.")]
    [Range(1, 100_000)]
    public int MinLength { get; set; } = 1;

    /// <summary>The length of the longest sequence, in vectors; not below <see cref="MinLength"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The longest sequence trained on.")]
    [Range(1, 100_000)]
    public int MaxLength { get; set; } = 10;

    /// <summary>The minimum number of repeats.</summary>
    /// <value>The default value is 1.</value>
    [Description("The fewest repeats trained on.")]
    [Range(1, 10_000)]
    public int MinRepeats { get; set; } = 1;

    /// <summary>The maximum number of repeats; not below <see cref="MinRepeats"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The most repeats trained on.")]
    [Range(1, 10_000)]
    public int MaxRepeats { get; set; } = 10;

    /// <summary>The minimum number of repeats of the training, for the normalization.</summary>
    /// <value>The default value is 1.</value>
    [Description("The fewest repeats that the number given to the model is normalized over; by default the fewest trained on.")]
    [Range(1, 10_000)]
    public int TrainingMinRepeats { get; set; } = 1;

    /// <summary>The maximum number of repeats of the training, for the normalization; above <see cref="TrainingMinRepeats"/>.</summary>
    /// <value>The default value is 10.</value>
    [Description("The most repeats that the number given to the model is normalised over; by default the most trained on.")]
    [Range(1, 10_000)]
    public int TrainingMaxRepeats { get; set; } = 10;
}
