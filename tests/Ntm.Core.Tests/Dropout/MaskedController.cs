using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Ntm.Core.Tests.Dropout;

/// <summary>An LSTM controller whose output, but not whose state, is multiplied by given factors, <c>[B, H]</c> for each step: dropout by hand.</summary>
internal sealed class MaskedController : Controller
{
    private readonly LstmController _inner;

    public MaskedController(int inputSize, int size, int seed)
        : base(nameof(MaskedController), inputSize, size)
    {
        _inner = new LstmController(inputSize, size, layers: 2, seed);
        RegisterComponents();
    }

    /// <summary>The factors of the next steps.</summary>
    public Queue<float[,]> Factors { get; } = [];

    public override ImmutableArray<Tensor> InitialState(long batchSize) => _inner.InitialState(batchSize);

    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var (output, next) = _inner.forward(input, state);
        return (output * tensor(Factors.Dequeue()).to(output.dtype), next);
    }
}
