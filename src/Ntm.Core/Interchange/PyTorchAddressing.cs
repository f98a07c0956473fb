using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// Equations (5) to (9) as the PyTorch projects compute them: the key is not squashed, the similarity is torch's own, and sharpening is
/// <c>w^gamma / (sum w^gamma + 1e-16)</c>. Parameters per head as in <see cref="ContentAndLocationAddressing"/> with shifts -1, 0 and 1.
/// </summary>
/// <param name="memoryWidth">Width of a memory location, <c>M</c>.</param>
/// <param name="offsetsSimilarity">Whether to add <see cref="Epsilon"/> to key and memory before they are compared.</param>
internal sealed class PyTorchAddressing(int memoryWidth, bool offsetsSimilarity)
    : AddressingMechanism(nameof(PyTorchAddressing), memoryWidth + 2 * ShiftRange + 4)
{
    /// <summary>The number added to the sum of the sharpened weighting, and in one of the projects to the compared vectors.</summary>
    public const double Epsilon = 1e-16;

    /// <summary>The largest shift, in both projects.</summary>
    public const int ShiftRange = 1;

    // torch's default.
    private const double SimilarityEpsilon = 1e-8;
    private const int ShiftCount = 2 * ShiftRange + 1;

    /// <inheritdoc />
    public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory)
    {
        var width = memory.size(2);
        var key = parameters.narrow(2, 0, width);
        var strength = parameters.narrow(2, width, 1).Softplus();
        var gate = parameters.narrow(2, width + 1, 1).sigmoid();
        var shift = parameters.narrow(2, width + 2, ShiftCount).softmax(2);
        var sharpening = parameters.narrow(2, width + 2 + ShiftCount, 1).Softplus().PlusOne();

        var content = (strength * Similarity(key, memory)).softmax(-1);
        var shifted = MemoryEquations.Shift(MemoryEquations.Interpolate(gate, content, previous), shift);
        var sharpened = shifted.pow(sharpening);
        return sharpened / sharpened.sum(-1, keepdim: true).PlusPyTorchEpsilon();
    }

    private Tensor Similarity(Tensor keys, Tensor memory)
    {
        var (left, right) = offsetsSimilarity ? (keys.PlusPyTorchEpsilon(), memory.PlusPyTorchEpsilon()) : (keys, memory);
        return nn.functional.cosine_similarity(left.unsqueeze(2), right.unsqueeze(1), dim: -1, eps: SimilarityEpsilon);
    }
}
