using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Ntm.Tasks;

/// <summary>The sizes of the <see cref="NGramTask"/>.</summary>
public sealed class NGramOptions
{
    /// <summary>The number of bits of a context and the bit after it, <c>N</c>.</summary>
    /// <value>The default value is 6: contexts of 5 bits.</value>
    [Description("Bits of a context and the bit after it.")]
    [Range(1, 16)]
    public int N { get; set; } = 6;

    /// <summary>The number of bits of a sequence; more than <see cref="N"/>.</summary>
    /// <value>The default value is 200.</value>
    [Description("Bits of a sequence.")]
    [Range(2, 1_000_000)]
    public int Bits { get; set; } = 200;
}
