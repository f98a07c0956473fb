using Ntm.Core.Internal;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>A matrix that is drawn once, saved with the weights and not trained. Buffer: <c>value [N, M]</c>.</summary>
public sealed class RandomMemory : InitialMemory
{
    [ComponentName(Name = "value")] private readonly Tensor _value;

    /// <summary>Creates the memory, uniform in <c>-spread..spread</c>.</summary>
    /// <param name="locations">Number of locations, <c>N</c>.</param>
    /// <param name="width">Width of a location, <c>M</c>.</param>
    /// <param name="spread">The bound of the values.</param>
    /// <param name="seed">Seed of the values; <see langword="null"/> uses torch's global generator.</param>
    public RandomMemory(int locations, int width, double spread, int? seed = null)
        : this(locations, width, spread, new Initializer(seed))
    {
    }

    internal RandomMemory(int locations, int width, double spread, Initializer initializer)
        : base(nameof(RandomMemory), locations, width)
    {
        _value = initializer.UniformTensor(spread, locations, width);
        RegisterComponents();
    }

    internal Tensor Value => _value;

    /// <inheritdoc />
    public override Tensor forward(long batchSize) => _value.expand(batchSize, Locations, Width);
}
