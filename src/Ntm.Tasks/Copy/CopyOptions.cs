using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>The sizes of the <see cref="CopyTask"/>; all bounds are inclusive.</summary>
public sealed class CopyOptions
{
    /// <summary>The number of bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 8.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 8;

    /// <summary>The length of the shortest sequence, in vectors.</summary>
    /// <value>The default value is 1.</value>
    [Description("The shortest sequence trained on.")]
    [Range(1, 1_000_000)]
    public int MinLength { get; set; } = 1;

    /// <summary>The length of the longest sequence, in vectors; not below <see cref="MinLength"/>.</summary>
    /// <value>The default value is 20.</value>
    [Description("The longest sequence trained on.")]
    [Range(1, 1_000_000)]
    public int MaxLength { get; set; } = 20;
}
