using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A bank of <c>h</c> heads of one kind, computed together, which access the memory through weightings. A bank defines its weightings
/// before the first step. Derive from <see cref="ReadHeads"/> or <see cref="WriteHeads"/> to add custom heads.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="count">The number of heads, <c>h</c>.</param>
public abstract class HeadBank(string name, int count) : nn.Module(name)
{
    /// <summary>The number of heads in the bank, <c>h</c>.</summary>
    public int Count { get; } = count;

    /// <summary>Returns the weightings before the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>.</param>
    /// <returns><c>[B, h, N]</c>; may be an expanded view</returns>
    public abstract Tensor InitialWeightings(long batchSize);
}
