using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>The write heads of a machine (paper, section 3.2), as one module.</summary>
/// <param name="name">The module's name.</param>
/// <param name="count">The number of heads, <c>K</c>.</param>
public abstract class WriteHeads(string name, int count) : HeadBank(name, count)
{
    /// <summary>Computes one step: addresses the memory and writes to it.</summary>
    /// <param name="controllerOutput">The result of <see cref="Controller.HeadInput"/>, <c>[B, H]</c>.</param>
    /// <param name="previous">The previous step's weightings, <c>[B, K, N]</c>.</param>
    /// <param name="memory">The memory, <c>[B, N, M]</c>.</param>
    public abstract WriteResult Write(Tensor controllerOutput, Tensor previous, Tensor memory);
}

/// <summary>The results of the write heads in one step.</summary>
/// <param name="Weightings"><c>[B, K, N]</c></param>
/// <param name="Memory">The memory after the step, <c>[B, N, M]</c>.</param>
/// <param name="Erases">The erase vectors, <c>[B, K, M]</c>.</param>
/// <param name="Adds">The add vectors, <c>[B, K, M]</c>.</param>
public readonly record struct WriteResult(Tensor Weightings, Tensor Memory, Tensor Erases, Tensor Adds)
{
    /// <summary>
    /// The memory before each head, for heads that write one after the other: <c>K</c> tensors <c>[B, N, M]</c>, for read heads that run between
    /// them (see <see cref="ReadHeads.Read(Tensor, Tensor, Tensor, WriteResult)"/>). Empty for heads that write together.
    /// </summary>
    public IReadOnlyList<Tensor> Stages { get; init; } = [];
}
