using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>A record of every step of a sequence: the data of figures 6, 9, 12 and 17 of the paper. Detached from gradients.</summary>
public sealed class NtmTrace : IDisposable
{
    internal NtmTrace(Tensor logits, Tensor reads, Tensor erases, Tensor adds, Tensor readWeightings, Tensor writeWeightings)
    {
        (Logits, Reads, Erases, Adds) = (logits, reads, erases, adds);
        (ReadWeightings, WriteWeightings) = (readWeightings, writeWeightings);
    }

    /// <summary>The logits, <c>[T, B, O]</c>.</summary>
    public Tensor Logits { get; }

    /// <summary>The read vectors, <c>[T, B, R, M]</c>.</summary>
    public Tensor Reads { get; }

    /// <summary>The erase vectors, <c>[T, B, K, M]</c>.</summary>
    public Tensor Erases { get; }

    /// <summary>The add vectors, <c>[T, B, K, M]</c>.</summary>
    public Tensor Adds { get; }

    /// <summary>The read weightings, <c>[T, B, R, N]</c>.</summary>
    public Tensor ReadWeightings { get; }

    /// <summary>The write weightings, <c>[T, B, K, N]</c>.</summary>
    public Tensor WriteWeightings { get; }

    /// <summary>Moves the tensors to the dispose scope that encloses the current one, so that they outlive the current one.</summary>
    /// <returns>This trace.</returns>
    public NtmTrace MoveToOuterDisposeScope()
    {
        foreach (var tensor in Tensors)
            tensor.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors)
            tensor.Dispose();
    }

    private Tensor[] Tensors => [Logits, Reads, Erases, Adds, ReadWeightings, WriteWeightings];
}
