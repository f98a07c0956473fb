using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>The sizes of the <see cref="AssociativeRecallTask"/>; all bounds are inclusive.</summary>
public sealed class AssociativeRecallOptions
{
    /// <summary>The number of bits of a vector, <c>W</c>.</summary>
    /// <value>The default value is 6.</value>
    [Description("Bits of a vector.")]
    [Range(1, 4096)]
    public int Width { get; set; } = 6;

    /// <summary>The number of vectors of an item.</summary>
    /// <value>The default value is 3.</value>
    [Description("Vectors of an item.")]
    [Range(1, 1_000)]
    public int ItemLength { get; set; } = 3;

    /// <summary>The minimum number of items; at least two, because the answer is the item after the query.</summary>
    /// <value>The default value is 2.</value>
    [Description("The fewest items trained on.")]
    [Range(2, 100_000)]
    public int MinItems { get; set; } = 2;

    /// <summary>The maximum number of items; not below <see cref="MinItems"/>.</summary>
    /// <value>The default value is 6.</value>
    [Description("The most items trained on.")]
    [Range(2, 100_000)]
    public int MaxItems { get; set; } = 6;
}
