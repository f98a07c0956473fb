using Ntm.Core.Internal;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Content lookup only, equations (5) and (6). Parameters per head, in this order: the key (<c>M</c>, tanh) and its strength
/// (1, softplus).
/// </summary>
/// <param name="memoryWidth">Width of a memory location, <c>M</c>; at least 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
public sealed class ContentAddressing(int memoryWidth)
    : AddressingMechanism(nameof(ContentAddressing), Guard.AtLeast(memoryWidth, 1, nameof(memoryWidth)) + 1)
{
    /// <inheritdoc />
    public override Tensor forward(Tensor parameters, Tensor previous, Tensor memory)
    {
        var width = memory.size(2);
        var key = parameters.narrow(2, 0, width).tanh();
        var strength = parameters.narrow(2, width, 1).Softplus();
        return MemoryEquations.ContentWeighting(key, strength, memory);
    }
}
