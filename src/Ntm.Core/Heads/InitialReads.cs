using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The read vectors before the first step. If learned, they are the tanh of the parameter <c>bias [R, M]</c>; otherwise they are the buffer
/// <c>value [1, 1]</c>.
/// </summary>
internal sealed class InitialReads : nn.Module<long, Tensor>
{
    private readonly int _heads;
    private readonly int _width;
    [ComponentName(Name = "bias")] private readonly Parameter? _bias;
    [ComponentName(Name = "value")] private readonly Tensor? _value;

    public InitialReads(InitialReadKind kind, int heads, int width)
        : base(nameof(InitialReads))
    {
        (_heads, _width) = (heads, width);
        if (kind == InitialReadKind.Learned)
            _bias = new Parameter(Fresh.Zeros(heads, width));
        else
            _value = Fresh.Zeros(1, 1);
        RegisterComponents();
    }

    /// <summary>The trained bias, <c>[R, M]</c>, if learned.</summary>
    public Parameter? Bias => _bias;

    /// <summary>The constant, <c>[1, 1]</c>, if not learned.</summary>
    public Tensor? Value => _value;

    public override Tensor forward(long batchSize) => (_bias?.tanh() ?? _value!).expand(batchSize, _heads, _width);
}
