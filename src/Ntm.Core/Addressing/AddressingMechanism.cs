using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Computes the heads' weightings over the memory locations from the controller's output (paper, section 3.3). One instance serves all
/// heads of a bank. Derive from it to add a custom mechanism; if it has parameters, call <c>RegisterComponents()</c> at
/// the end of the constructor.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="parameterCount">The number of parameters per head, which the head layer computes.</param>
public abstract class AddressingMechanism(string name, int parameterCount) : nn.Module<Tensor, Tensor, Tensor, Tensor>(name)
{
    /// <summary>The number of parameters per head, <c>P</c>.</summary>
    public int ParameterCount { get; } = parameterCount;

    /// <summary>Computes the weightings of one step.</summary>
    /// <param name="parameters">The head layer's outputs, clipped but without any activation, <c>[B, h, P]</c>.</param>
    /// <param name="previous">The previous step's weightings, <c>[B, h, N]</c>.</param>
    /// <param name="memory">The memory to address, <c>[B, N, M]</c>.</param>
    /// <returns><c>[B, h, N]</c>; each should be at least 0 and sum to 1</returns>
    public abstract override Tensor forward(Tensor parameters, Tensor previous, Tensor memory);
}
