using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>The sizes of the <see cref="PrioritySortTask"/>.</summary>
public sealed class PrioritySortOptions
{
    /// <summary>Bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 8.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 8;

    /// <summary>Vectors given.</summary>
    /// <value>The default value is 20.</value>
    [Description("Vectors given.")]
    [Range(1, 100_000)]
    public int Inputs { get; set; } = 20;

    /// <summary>Vectors wanted, those of highest priority; not more than <see cref="Inputs"/>.</summary>
    /// <value>The default value is 16.</value>
    [Description("Vectors wanted, those of highest priority.")]
    [Range(1, 100_000)]
    public int Outputs { get; set; } = 16;
}
