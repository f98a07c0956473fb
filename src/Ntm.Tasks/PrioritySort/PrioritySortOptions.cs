using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>The sizes of the <see cref="PrioritySortTask"/>.</summary>
public sealed class PrioritySortOptions
{
    /// <summary>The number of bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 8.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 8;

    /// <summary>The number of input vectors.</summary>
    /// <value>The default value is 20.</value>
    [Description("Input vectors.")]
    [Range(1, 100_000)]
    public int Inputs { get; set; } = 20;

    /// <summary>The number of target vectors, those of highest priority; not more than <see cref="Inputs"/>.</summary>
    /// <value>The default value is 16.</value>
    [Description("Target vectors, those of highest priority.")]
    [Range(1, 100_000)]
    public int Outputs { get; set; } = 16;
}
