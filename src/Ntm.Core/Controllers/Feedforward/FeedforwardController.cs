using System.Collections.Immutable;
using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// Layers of tanh units without a recurrent state (paper, section 3.4). Parameters of layer <c>l</c>:
/// <c>layers.l.weight [H, In]</c>, <c>layers.l.bias [H]</c>. The state is empty.
/// </summary>
public sealed class FeedforwardController : Controller, IEngineController
{
    [ComponentName(Name = "layers")] private readonly ModuleList<LinearLayer> _layers;

    /// <summary>Creates the controller with newly initialized parameters.</summary>
    /// <param name="inputSize">Width of the input, <c>I + R * M</c>; at least 1.</param>
    /// <param name="size">Units per layer, <c>H</c>; at least 1.</param>
    /// <param name="layers">Number of layers; at least 1.</param>
    /// <param name="seed">Seed of the initial parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public FeedforwardController(int inputSize, int size, int layers = 1, int? seed = null)
        : this(inputSize, size, layers, new Initializer(seed))
    {
    }

    internal FeedforwardController(int inputSize, int size, int layers, Initializer initializer)
        : base(nameof(FeedforwardController), inputSize, size)
    {
        _layers = LayerStack.Of(inputSize, size, layers, width => new LinearLayer(width, size, initializer));
        RegisterComponents();
    }

    ControllerKind IEngineController.Kind => ControllerKind.Feedforward;

    /// <summary>The number of layers.</summary>
    public int LayerCount => _layers.Count;


    /// <inheritdoc />
    public override ImmutableArray<Tensor> InitialState(long batchSize) => [];

    /// <inheritdoc />
    public override (Tensor Output, ImmutableArray<Tensor> State) forward(Tensor input, ImmutableArray<Tensor> state)
    {
        var output = input;
        foreach (var layer in _layers)
            output = layer.forward(output).tanh();
        return (output, []);
    }
}
