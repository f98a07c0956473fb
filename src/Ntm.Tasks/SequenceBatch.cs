using static TorchSharp.torch;

namespace Ntm.Tasks;

/// <summary>A batch of sequences as tensors, time-major and padded at the end; float32 on the CPU unless moved.</summary>
/// <param name="Inputs"><c>[T, B, I]</c></param>
/// <param name="Targets"><c>[T, B, O]</c></param>
/// <param name="Mask">1 where a step counts in loss and errors, else 0; <c>[T, B]</c>.</param>
public sealed record SequenceBatch(Tensor Inputs, Tensor Targets, Tensor Mask) : IDisposable
{
    /// <summary>Steps of the longest sequence, <c>T</c>.</summary>
    public long Steps => Inputs.size(0);

    /// <summary>Sequences, <c>B</c>.</summary>
    public long BatchSize => Inputs.size(1);

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        Targets.Dispose();
        Mask.Dispose();
    }
}
