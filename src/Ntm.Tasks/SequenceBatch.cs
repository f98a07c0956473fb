using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>A batch of sequences as tensors, time-major and padded at the end; float32 on the CPU unless it is moved.</summary>
/// <param name="Inputs"><c>[T, B, I]</c></param>
/// <param name="Targets"><c>[T, B, O]</c></param>
/// <param name="Mask"><c>[T, B]</c>: the weights of the steps, 0 for a step that does not count.</param>
public sealed record SequenceBatch(Tensor Inputs, Tensor Targets, Tensor Mask) : IDisposable
{
    /// <summary>The number of steps of the longest sequence, <c>T</c>.</summary>
    public long Steps => Inputs.size(0);

    /// <summary>The number of sequences, <c>B</c>.</summary>
    public long BatchSize => Inputs.size(1);

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets.Dispose();
        Mask.Dispose();
    }
}
