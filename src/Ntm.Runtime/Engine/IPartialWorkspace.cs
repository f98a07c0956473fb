namespace Ntm.Runtime.Engine;

/// <summary>A workspace that can compute some parts of a batch, for the others to be computed elsewhere. The parts of a batch depend on its size and lengths
/// alone, so several processes that have the whole batch agree on them.</summary>
internal unsafe interface IPartialWorkspace : ISequenceWorkspace
{
    /// <summary>Returns the number of parts of a batch.</summary>
    /// <param name="batch"><c>B</c></param>
    int PartsOf(int batch);

    /// <summary>The number of floats of a part's gradient.</summary>
    int PartLength { get; }

    /// <summary>Returns the gradient of a part that the last call computed, in the engine's layout.</summary>
    Span<float> Part(int part);

    /// <summary>Returns the loss and the number of perfect sequences of a part that the last call computed.</summary>
    (LossSum Sum, int Perfect) SumOf(int part);

    /// <summary>Determines the samples of a part of the last call's batch.</summary>
    /// <param name="part">The part.</param>
    /// <param name="members">Receives whether each sample is in the part, <c>[B]</c>.</param>
    void Samples(int part, Span<bool> members);

    /// <summary>Adds the computed parts as far as <see cref="Ntm.Shared.SumTree"/> joins them.</summary>
    void AddParts();

    /// <summary>Writes the gradient of all parameters.</summary>
    /// <param name="sum">The sum of all parts.</param>
    /// <param name="flat">Receives the gradient.</param>
    void WriteGradient(ReadOnlySpan<float> sum, float* flat);
}
