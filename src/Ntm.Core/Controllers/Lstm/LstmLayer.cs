using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// One layer of an <see cref="LstmController"/> or an <see cref="LstmNetwork"/>; gates in torch's order: input, forget, cell, output.
/// </summary>
internal sealed class LstmLayer : nn.Module<Tensor, Tensor, Tensor, (Tensor H, Tensor C)>
{
    [ComponentName(Name = "weight_ih")] private readonly Parameter _inputWeight;
    [ComponentName(Name = "weight_hh")] private readonly Parameter _stateWeight;
    [ComponentName(Name = "bias")] private readonly Parameter _bias;
    [ComponentName(Name = "initial_h")] private readonly Parameter _initialH;
    [ComponentName(Name = "initial_c")] private readonly Parameter _initialC;

    public LstmLayer(int inputSize, int size, Initializer initializer)
        : base(nameof(LstmLayer))
    {
        var bound = 1 / Math.Sqrt(size);
        _inputWeight = initializer.Uniform(bound, 4L * size, inputSize);
        _stateWeight = initializer.Uniform(bound, 4L * size, size);
        var bias = Fresh.Zeros(4L * size);
        // A forget gate that starts open passes gradients through long sequences from the first update.
        using (var forget = bias.narrow(0, size, size))
        using (var open = Fresh.Filled(1, size))
            forget.copy_(open);
        _bias = new Parameter(bias);
        _initialH = new Parameter(Fresh.Zeros(size));
        _initialC = new Parameter(Fresh.Zeros(size));
        RegisterComponents();
    }

    public Parameter InputWeight => _inputWeight;

    public Parameter StateWeight => _stateWeight;

    public Parameter Bias => _bias;

    public Parameter InitialH => _initialH;

    public Parameter InitialC => _initialC;

    public override (Tensor H, Tensor C) forward(Tensor input, Tensor h, Tensor c)
    {
        var gates = nn.functional.linear(input, _inputWeight, _bias).Plus(nn.functional.linear(h, _stateWeight)).chunk(4, 1);
        var nextC = (gates[1].sigmoid() * c).Plus(gates[0].sigmoid() * gates[2].tanh());
        return (gates[3].sigmoid() * nextC.tanh(), nextC);
    }
}
