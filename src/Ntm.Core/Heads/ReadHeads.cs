using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>The read heads of a machine (paper, section 3.1), as one module.</summary>
/// <param name="name">The module's name.</param>
/// <param name="count">The number of heads, <c>R</c>.</param>
public abstract class ReadHeads(string name, int count) : HeadBank(name, count)
{
    /// <summary>Returns the read vectors that the controller receives at the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>.</param>
    /// <returns><c>[B, R, M]</c>; may be an expanded view</returns>
    public abstract Tensor InitialReads(long batchSize);

    /// <summary>Computes one step: addresses the memory and reads from it.</summary>
    /// <param name="controllerOutput">The result of <see cref="Controller.HeadInput"/>, <c>[B, H]</c>.</param>
    /// <param name="previous">The previous step's weightings, <c>[B, R, N]</c>.</param>
    /// <param name="memory">The memory, <c>[B, N, M]</c>.</param>
    public abstract ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory);

    /// <summary>Computes one step of heads that also depend on the write heads of the same step. The default implementation ignores the write
    /// heads.</summary>
    /// <param name="controllerOutput">The result of <see cref="Controller.HeadInput"/>, <c>[B, H]</c>.</param>
    /// <param name="previous">The previous step's weightings, <c>[B, R, N]</c>.</param>
    /// <param name="memory">The memory that <see cref="NtmOptions.ReadOrder"/> names, <c>[B, N, M]</c>.</param>
    /// <param name="written">The results of the write heads in this step.</param>
    public virtual ReadResult Read(Tensor controllerOutput, Tensor previous, Tensor memory, WriteResult written) =>
        Read(controllerOutput, previous, memory);
}

/// <summary>The results of the read heads in one step.</summary>
/// <param name="Weightings"><c>[B, R, N]</c></param>
/// <param name="Reads">The read vectors, <c>[B, R, M]</c>.</param>
public readonly record struct ReadResult(Tensor Weightings, Tensor Reads);
