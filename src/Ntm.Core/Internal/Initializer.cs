using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ntm.Core.Internal;

/// <summary>
/// Draws initial parameters. With a seed, the values depend on the seed alone; without one they come from torch's global generator, like
/// those of any torch module.
/// </summary>
internal sealed class Initializer(int? seed) : IDisposable
{
    private readonly Generator? _generator = seed is { } value ? new Generator((ulong)(uint)value) : null;

    /// <summary>Draws a Xavier-uniform weight <c>[rows, columns]</c> of a linear layer.</summary>
    public Parameter XavierUniform(long rows, long columns, double gain = 1) =>
        Uniform(gain * Math.Sqrt(6.0 / (rows + columns)), rows, columns);

    /// <summary>Draws uniformly from <c>-bound..bound</c>.</summary>
    public Parameter Uniform(double bound, params long[] shape) => new(UniformTensor(bound, shape));

    /// <summary>Draws from a normal distribution with mean zero.</summary>
    public Parameter Normal(double deviation, params long[] shape) => new(Fresh.Drawn(t => t.normal_(0, deviation, _generator), shape));

    /// <summary>Does the same as <see cref="Uniform"/>, for a buffer.</summary>
    public Tensor UniformTensor(double bound, params long[] shape) => Fresh.Drawn(t => t.uniform_(-bound, bound, _generator), shape);

    public void Dispose() => _generator?.Dispose();
}
