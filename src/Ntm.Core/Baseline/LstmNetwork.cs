using Microsoft.Extensions.Options;
using Ntm.Core.Baseline;
using Ntm.Core.Internal;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The LSTM network that the paper compares the Neural Turing Machine with (section 4 and table 3). It is used like torch's
/// <c>LSTM</c>: it maps inputs <c>[T, B, I]</c> to logits <c>[T, B, O]</c> and the final state.
/// </summary>
/// <remarks>
/// Stacked layers without peepholes and with a learned initial state. Each layer receives the input vector and, above the first, the
/// output of the layer below. The logits are a linear layer of all layers' outputs: apply the sigmoid in the loss. With
/// three layers there are <c>4H(I + H + 1) + 8H(I + 2H + 1) + 6H + O(3H + 1)</c> parameters, as in table 3 of the paper. The
/// state is explicit: without one, a sequence starts from <see cref="InitialState"/>. Submodules: <c>layers.l</c>
/// (<c>weight_ih [4H, I]</c>, above the first layer <c>[4H, I + H]</c>, <c>weight_hh [4H, H]</c> and <c>bias [4H]</c> with the gates in
/// torch's order: input, forget, cell, output; <c>initial_h [H]</c>, <c>initial_c [H]</c>) and <c>output</c>
/// (<c>weight [O, L * H]</c>, <c>bias [O]</c>).
/// </remarks>
public sealed class LstmNetwork : nn.Module<Tensor, LstmState?, (Tensor Logits, LstmState State)>, ISequenceModel
{
    private readonly LstmOptions _options;
    [ComponentName(Name = "layers")] private readonly ModuleList<LstmLayer> _layers;
    [ComponentName(Name = "output")] private readonly LinearLayer _output;
    private readonly UsageGate _gate;

    /// <summary>Creates a network with newly initialized parameters.</summary>
    /// <param name="options">The architecture; copied.</param>
    /// <param name="seed">Seed of the parameters; <see langword="null"/> uses torch's global generator.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    public LstmNetwork(LstmOptions options, int? seed = null)
        : base(nameof(LstmNetwork))
    {
        LstmOptionsValidator.ThrowIfInvalid(options);
        _gate = new UsageGate(this, "model");
        _options = options.Clone();
        var (input, size, layers) = (_options.InputSize, _options.HiddenSize, _options.Layers);
        using var initializer = new Initializer(seed);
        _layers = new ModuleList<LstmLayer>(
            [.. Enumerable.Range(0, layers).Select(l => new LstmLayer(l == 0 ? input : input + size, size, initializer))]);
        _output = new LinearLayer(layers * size, _options.OutputSize, initializer);
        RegisterComponents();
        ComponentNames.Require(this, "output.weight");
        // Like torch's own modules, a network lives until it is disposed, even if it is created inside a dispose scope.
        foreach (var tensor in parameters())
            tensor.DetachFromDisposeScope();
    }

    /// <summary>The architecture; a copy.</summary>
    public LstmOptions Options => _options.Clone();

    /// <inheritdoc />
    public int InputSize => _options.InputSize;

    /// <inheritdoc />
    public int OutputSize => _options.OutputSize;

    /// <summary>The architecture, not copied.</summary>
    internal LstmOptions Settings => _options;

    /// <summary>Returns the state before the first step.</summary>
    /// <param name="batchSize">Number of sequences in the batch, <c>B</c>; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed.</exception>
    public LstmState InitialState(long batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        using var usage = Use();
        using var scope = NewDisposeScope();
        return new LstmState(Expanded(layer => layer.InitialH), Expanded(layer => layer.InitialC)).MoveToOuterDisposeScope();

        Tensor Expanded(Func<LstmLayer, Tensor> initial) => stack(_layers.Select(initial)).unsqueeze(1).expand(-1, batchSize, -1);
    }

    /// <summary>Computes sequences from the initial state.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after the last step.</returns>
    /// <exception cref="ArgumentException">The shape, element type or device is not the expected one, or a value is not finite.</exception>
    public (Tensor Logits, LstmState State) forward(Tensor inputs) => forward(inputs, null);

    /// <inheritdoc />
    public Tensor Logits(Tensor inputs)
    {
        var (logits, state) = forward(inputs);
        state.Dispose();
        return logits;
    }

    /// <summary>Computes sequences that continue from a state.</summary>
    /// <param name="inputs"><c>[T, B, I]</c>; at least one step and one sequence, finite.</param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the initial state.</param>
    /// <returns>The logits <c>[T, B, O]</c> and the state after the last step.</returns>
    /// <exception cref="ArgumentException">A shape, element type or device is not the expected one, or a value is not finite.</exception>
    /// <exception cref="ObjectDisposedException">The network has been disposed.</exception>
    public override (Tensor Logits, LstmState State) forward(Tensor inputs, LstmState? state)
    {
        using var usage = Use();
        Check(inputs, state);
        using var scope = NewDisposeScope();
        var start = state ?? InitialState(inputs.size(1));
        var (outputs, h, c) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        // A layer does not influence the layers below it, so each layer computes the whole sequence at once.
        foreach (var layer in _layers)
        {
            var input = outputs.Count == 0 ? inputs : cat([inputs, outputs[^1]], 2);
            var last = LstmKernel.Run(layer, input, start.H.narrow(0, outputs.Count, 1), start.C.narrow(0, outputs.Count, 1));
            outputs.Add(last.Outputs);
            h.Add(last.H);
            c.Add(last.C);
        }

        var logits = _output.forward(cat(outputs, 2));
        return (logits.MoveToOuterDisposeScope(), new LstmState(cat(h, 0), cat(c, 0)).MoveToOuterDisposeScope());
    }

    /// <summary>Begins a call. The network is not disposed before the call ends, even if another thread disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The network has been disposed.</exception>
    internal UsageGate.Usage Use() => _gate.Enter();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gate.Close(() => base.Dispose(true));
        else
            base.Dispose(false);
    }

    private void Check(Tensor inputs, LstmState? state)
    {
        var like = _output.Weight;
        Guard.Layout(inputs, nameof(inputs), "[T, B, I]", [-1, -1, InputSize], like);
        Guard.Finite(inputs, nameof(inputs));
        if (state is null)
            return;
        long[] shape = [_options.Layers, inputs.size(1), _options.HiddenSize];
        Guard.Layout(state.H, "state.H", "[L, B, H]", shape, like);
        Guard.Layout(state.C, "state.C", "[L, B, H]", shape, like);
    }
}
