using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>One layer of a <see cref="GruController"/>; gates in torch's order: reset, update, new.</summary>
internal sealed class GruLayer : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "weight_ih")] private readonly Parameter _inputWeight;
    [ComponentName(Name = "weight_hh")] private readonly Parameter _stateWeight;
    [ComponentName(Name = "bias_ih")] private readonly Parameter _inputBias;
    [ComponentName(Name = "bias_hh")] private readonly Parameter _stateBias;
    [ComponentName(Name = "initial_h")] private readonly Parameter _initialH;

    public GruLayer(int inputSize, int size, Initializer initializer)
        : base(nameof(GruLayer))
    {
        var bound = 1 / Math.Sqrt(size);
        _inputWeight = initializer.Uniform(bound, 3L * size, inputSize);
        _stateWeight = initializer.Uniform(bound, 3L * size, size);
        _inputBias = new Parameter(Fresh.Zeros(3L * size));
        _stateBias = new Parameter(Fresh.Zeros(3L * size));
        _initialH = new Parameter(Fresh.Zeros(size));
        RegisterComponents();
    }

    public Parameter InitialH => _initialH;

    public override Tensor forward(Tensor input, Tensor h)
    {
        var below = nn.functional.linear(input, _inputWeight, _inputBias).chunk(3, 1);
        var before = nn.functional.linear(h, _stateWeight, _stateBias).chunk(3, 1);
        var reset = below[0].Plus(before[0]).sigmoid();
        var update = below[1].Plus(before[1]).sigmoid();
        var fresh = below[2].Plus(reset * before[2]).tanh();
        return fresh.Plus(update * h.Minus(fresh));
    }
}
