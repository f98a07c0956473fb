using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The paper's addressing, equations (5) to (9): content lookup, interpolation with the previous weighting, circular shift,
/// sharpening. Parameters per head, in this order: key (<c>M</c>, tanh), strength (1, softplus), gate (1, sigmoid), shift
/// weighting (<c>2S + 1</c> for the shifts <c>-S..S</c>, softmax), sharpening (1, one plus softplus).
/// </summary>
/// <param name="memoryWidth">Width of a memory location, <c>M</c>; at least 1.</param>
/// <param name="shiftRange">The largest shift, <c>S</c>; at least 0.</param>
/// <exception cref="ArgumentOutOfRangeException">The width is below 1 or the shift range below 0.</exception>
public sealed class ContentAndLocationAddressing(int memoryWidth, int shiftRange)
    : AddressingMechanism(
        nameof(ContentAndLocationAddressing),
        Guard.AtLeast(memoryWidth, 1, nameof(memoryWidth)) + 2 * Guard.AtLeast(shiftRange, 0, nameof(shiftRange)) + 4)
{
    /// <summary>The largest shift, <c>S</c>.</summary>
    public int ShiftRange { get; } = shiftRange;

    /// <inheritdoc />
    public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory)
    {
        var width = memory.size(2);
        var shiftCount = 2 * ShiftRange + 1;
        var key = parameters.narrow(2, 0, width).tanh();
        var strength = parameters.narrow(2, width, 1).Softplus();
        var gate = parameters.narrow(2, width + 1, 1).sigmoid();
        var shift = parameters.narrow(2, width + 2, shiftCount).softmax(2);
        var sharpening = parameters.narrow(2, width + 2 + shiftCount, 1).Softplus().PlusOne();

        var content = MemoryEquations.ContentWeighting(key, strength, memory);
        var gated = MemoryEquations.Interpolate(gate, content, previous);
        var shifted = MemoryEquations.Shift(gated, shift);
        return MemoryEquations.Sharpen(shifted, sharpening);
    }
}
