using System.Collections.Immutable;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core.Interchange;

/// <summary>
/// An LSTM controller whose heads receive its cell state <c>c</c> instead of its output <c>h</c>. Parameters: those of
/// <see cref="LstmController"/> under <c>lstm</c>.
/// </summary>
internal sealed class CellStateController : Controller
{
    [ComponentName(Name = "lstm")] private readonly LstmController _lstm;

    public CellStateController(int inputSize, int size)
        : base(nameof(CellStateController), inputSize, size)
    {
        _lstm = new LstmController(inputSize, size, seed: 0);
        RegisterComponents();
    }

    public override ImmutableArray<Tensor> InitialState(long batchSize) => _lstm.InitialState(batchSize);

    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state) => _lstm.forward(input, state);

    public override Tensor HeadInput(Tensor output, ImmutableArray<Tensor> state) => state[^1];
}
