using System.Collections.Immutable;
using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A stack of LSTM layers with a learned initial state (paper, section 3.4). Parameters of layer <c>l</c>:
/// <c>layers.l.weight_ih [4H, In]</c>, <c>layers.l.weight_hh [4H, H]</c>, <c>layers.l.bias [4H]</c> with the gates in torch's order
/// (input, forget, cell, output), <c>layers.l.initial_h [H]</c> and <c>layers.l.initial_c [H]</c>. Its state is
/// <c>h_0, c_0, h_1, c_1, ...</c>, each <c>[B, H]</c>.
/// </summary>
public sealed class LstmController : Controller, IEngineController
{
    [ComponentName(Name = "layers")] private readonly ModuleList<LstmLayer> _layers;

    /// <summary>Creates the controller with newly initialized parameters.</summary>
    /// <param name="inputSize">Width of the input, <c>I + R * M</c>; at least 1.</param>
    /// <param name="size">Units per layer, <c>H</c>; at least 1.</param>
    /// <param name="layers">Number of layers; at least 1.</param>
    /// <param name="seed">Seed of the initial parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LstmController(int inputSize, int size, int layers = 1, int? seed = null)
        : this(inputSize, size, layers, new Initializer(seed))
    {
    }

    internal LstmController(int inputSize, int size, int layers, Initializer initializer)
        : base(nameof(LstmController), inputSize, size)
    {
        _layers = LayerStack.Of(inputSize, size, layers, width => new LstmLayer(width, size, initializer));
        RegisterComponents();
    }

    ControllerKind IEngineController.Kind => ControllerKind.Lstm;

    /// <summary>The number of layers.</summary>
    public int LayerCount => _layers.Count;


    /// <inheritdoc />
    public override ImmutableArray<Tensor> InitialState(long batchSize)
    {
        var state = ImmutableArray.CreateBuilder<Tensor>(2 * _layers.Count);
        foreach (var layer in _layers)
        {
            state.Add(layer.InitialH.expand(batchSize, OutputSize));
            state.Add(layer.InitialC.expand(batchSize, OutputSize));
        }

        return state.MoveToImmutable();
    }

    /// <inheritdoc />
    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var next = ImmutableArray.CreateBuilder<Tensor>(state.Length);
        var below = input;
        for (var l = 0; l < _layers.Count; l++)
        {
            var (h, c) = _layers[l].forward(below, state[2 * l], state[2 * l + 1]);
            next.Add(h);
            next.Add(c);
            below = h;
        }

        return (below, next.MoveToImmutable());
    }
}
