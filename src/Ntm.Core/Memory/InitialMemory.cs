using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The memory matrix at the start of a sequence. Derive from it to add a custom initial memory, and call
/// <c>RegisterComponents()</c> at the end of the constructor.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="locations">Number of locations, <c>N</c>.</param>
/// <param name="width">Width of a location, <c>M</c>.</param>
/// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
public abstract class InitialMemory(string name, int locations, int width) : nn.Module<long, Tensor>(name)
{
    /// <summary>The number of locations, <c>N</c>.</summary>
    public int Locations { get; } = Guard.AtLeast(locations, 1, nameof(locations));

    /// <summary>Width of a location, <c>M</c>.</summary>
    public int Width { get; } = Guard.AtLeast(width, 1, nameof(width));

    /// <summary>Returns the memory before the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>.</param>
    /// <returns><c>[B, N, M]</c>; may be an expanded view</returns>
    public abstract override Tensor forward(long batchSize);
}
