using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Heads of one kind, computed together: <c>h</c> heads that look at the memory through weightings. A bank knows where its heads
/// look before the first step. Derive from <see cref="ReadHeads"/> or <see cref="WriteHeads"/> to plug in heads of your own.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="count">Heads, <c>h</c>.</param>
public abstract class HeadBank(string name, int count) : nn.Module(name)
{
    /// <summary>Heads in the bank, <c>h</c>.</summary>
    public int Count { get; } = count;

    /// <summary>Where the heads look before the first step.</summary>
    /// <param name="batchSize">Sequences in the batch, <c>B</c>.</param>
    /// <returns><c>[B, h, N]</c>; may be an expanded view</returns>
    public abstract Tensor InitialWeightings(long batchSize);
}
