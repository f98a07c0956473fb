using System.Collections.Immutable;
using Ntm.Core;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.CustomController;

/// <summary>A torch cell between the input and the heads. Its state is one tensor, <c>[B, H]</c>.</summary>
internal sealed class TorchCellController : Controller
{
    [ComponentName(Name = "cell")] private readonly GRUCell _cell;

    /// <param name="inputSize">Width of the input: the model's input vector and the read vectors, <c>I + R * M</c>.</param>
    /// <param name="size">The number of units, <c>H</c>.</param>
    public TorchCellController(int inputSize, int size)
        : base(nameof(TorchCellController), inputSize, size)
    {
        _cell = nn.GRUCell(inputSize, size);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override ImmutableArray<Tensor> InitialState(long batchSize)
    {
        // With the element type and device of the parameters, wherever the model was moved.
        var weight = _cell.parameters().First();
        return [zeros(batchSize, OutputSize, dtype: weight.dtype, device: weight.device)];
    }

    /// <inheritdoc/>
    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var output = _cell.forward(input, state[0]);
        return (output, [output]);
    }
}
