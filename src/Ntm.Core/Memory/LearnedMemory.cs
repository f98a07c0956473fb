using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>A trained matrix. Parameter: <c>value [N, M]</c>.</summary>
public sealed class LearnedMemory : InitialMemory
{
    [ComponentName(Name = "value")] private readonly Parameter _value;

    /// <summary>Creates the memory, uniform in <c>-spread..spread</c>.</summary>
    /// <param name="locations">Number of locations, <c>N</c>.</param>
    /// <param name="width">Width of a location, <c>M</c>.</param>
    /// <param name="spread">The bound of the initial values.</param>
    /// <param name="seed">Seed of the initial values; <see langword="null"/> uses torch's global generator.</param>
    public LearnedMemory(int locations, int width, double spread, int? seed = null)
        : this(locations, width, spread, new Initializer(seed))
    {
    }

    internal LearnedMemory(int locations, int width, double spread, Initializer initializer)
        : base(nameof(LearnedMemory), locations, width)
    {
        _value = initializer.Uniform(spread, locations, width);
        RegisterComponents();
    }

    /// <inheritdoc />
    public override Tensor forward(long batchSize) => _value.expand(batchSize, Locations, Width);
}
