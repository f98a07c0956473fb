using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A memory with the same constant everywhere, not trained. Collier and Beel (2018) found that models converge 1.15 to 3.5 times sooner with
/// it than with a learned initial memory. Buffer: <c>value [1, 1]</c>.
/// </summary>
public sealed class ConstantMemory : InitialMemory
{
    [ComponentName(Name = "value")] private readonly Tensor _value;

    /// <summary>Creates the memory.</summary>
    /// <param name="locations">Number of locations, <c>N</c>.</param>
    /// <param name="width">Width of a location, <c>M</c>.</param>
    /// <param name="value">The constant.</param>
    public ConstantMemory(int locations, int width, double value = 1e-6)
        : base(nameof(ConstantMemory), locations, width)
    {
        _value = Fresh.Filled((float)value, 1, 1);
        RegisterComponents();
    }

    internal Tensor Value => _value;

    /// <inheritdoc />
    public override Tensor forward(long batchSize) => _value.expand(batchSize, Locations, Width);
}
