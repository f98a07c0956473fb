using System.Collections.Immutable;
using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// A stack of layers of gated recurrent units with a learned initial state. Parameters of layer <c>l</c>:
/// <c>layers.l.weight_ih [3H, In]</c>, <c>layers.l.weight_hh [3H, H]</c>, <c>layers.l.bias_ih [3H]</c> and <c>layers.l.bias_hh [3H]</c> with the gates in
/// torch's order (reset, update, new), and <c>layers.l.initial_h [H]</c>. Its state is <c>h_0, h_1, ...</c>, each <c>[B, H]</c>.
/// </summary>
/// <remarks>The units are those of Cho et al. (2014), in torch's form: <c>r = s(Wr x + br + Ur h + cr)</c>, <c>z = s(Wz x + bz + Uz h + cz)</c>, <c>n = tanh(Wn x + bn + r (Un h + cn))</c>,
/// <c>h' = (1 - z) n + z h</c>.</remarks>
public sealed class GruController : Controller, IEngineController
{
    [ComponentName(Name = "layers")] private readonly ModuleList<GruLayer> _layers;

    /// <summary>Creates the controller with newly initialized parameters.</summary>
    /// <param name="inputSize">Width of the input, <c>I + R * M</c>; at least 1.</param>
    /// <param name="size">Units per layer, <c>H</c>; at least 1.</param>
    /// <param name="layers">Number of layers; at least 1.</param>
    /// <param name="seed">Seed of the initial parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public GruController(int inputSize, int size, int layers = 1, int? seed = null)
        : this(inputSize, size, layers, new Initializer(seed))
    {
    }

    internal GruController(int inputSize, int size, int layers, Initializer initializer)
        : base(nameof(GruController), inputSize, size)
    {
        _layers = LayerStack.Of(inputSize, size, layers, width => new GruLayer(width, size, initializer));
        RegisterComponents();
    }

    ControllerKind IEngineController.Kind => ControllerKind.Gru;

    /// <summary>The number of layers.</summary>
    public int LayerCount => _layers.Count;

    /// <inheritdoc />
    public override ImmutableArray<Tensor> InitialState(long batchSize) => [.. _layers.Select(layer => layer.InitialH.expand(batchSize, OutputSize))];

    /// <inheritdoc />
    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var next = ImmutableArray.CreateBuilder<Tensor>(state.Length);
        var below = input;
        for (var l = 0; l < _layers.Count; l++)
        {
            below = _layers[l].forward(below, state[l]);
            next.Add(below);
        }

        return (below, next.MoveToImmutable());
    }
}
