using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The network between the input and the heads (paper, section 3.4). One step maps an input and a state to an output and a new state. The
/// state is a value, never a field. Derive from it to add a custom controller, and call <c>RegisterComponents()</c> at the
/// end of the constructor.
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="inputSize">Width of the input: the model's input vector and the read vectors, <c>I + R * M</c>.</param>
/// <param name="outputSize">Width of the output, <c>H</c>.</param>
public abstract class Controller(string name, int inputSize, int outputSize)
    : nn.Module<Tensor, ImmutableArray<Tensor>, (Tensor Output, ImmutableArray<Tensor> State)>(name)
{
    /// <summary>Width of the input, <c>I + R * M</c>.</summary>
    public int InputSize { get; } = inputSize;

    /// <summary>Width of the output, <c>H</c>.</summary>
    public int OutputSize { get; } = outputSize;

    /// <summary>Returns the state before the first step: any number of tensors, each <c>[B, ...]</c>; none for a controller without memory.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>.</param>
    public abstract ImmutableArray<Tensor> InitialState(long batchSize);

    /// <summary>Computes one step.</summary>
    /// <param name="input">The input vector and the previous reads, <c>[B, InputSize]</c>.</param>
    /// <param name="state">The state from <see cref="InitialState"/> or from the previous step.</param>
    /// <returns>The output <c>[B, OutputSize]</c> and the new state.</returns>
    public abstract override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state);

    /// <summary>Returns the input of the head layers, <c>[B, OutputSize]</c>. The default implementation returns the output.</summary>
    /// <param name="output">The step's output.</param>
    /// <param name="state">The step's new state.</param>
    public virtual Tensor HeadInput(Tensor output, ImmutableArray<Tensor> state) => output;
}
