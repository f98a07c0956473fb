using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A step that waits for its backward pass. Autograd saves input and state and detects in-place changes; the values are in the chain's history.</summary>
internal sealed unsafe class StepCall : IGraphCall
{
    private readonly StepPlace _place;
    private readonly StepPlace? _before;
    private readonly DropoutMasks _dropout;
    private readonly int _threads;
    private readonly int _batch;
    private readonly bool[] _wanted;
    private readonly bool _hasRoot;
    private readonly bool _savesParameters;
    private List<Tensor>? _saved;
    private NodeTensors? _tensors;
    private bool _isReplaced;
    private bool _isUsed;

    private StepCall(StepPlace place, StepPlace? before, Tensor input, NtmState state, in DropoutMasks dropout, Tensor? root, int threads)
    {
        (_place, _before, _hasRoot) = (place, before, root is not null);
        (_dropout, _threads) = (dropout, threads);
        _batch = (int)input.size(0);
        // Of a chain without a first node of its own, the first step's node saves the parameters, which no other node does.
        _savesParameters = before is null && root is null;
        var tensors = state.Handles;
        _wanted = new bool[1 + tensors.Length];
        _saved = new List<Tensor>(_wanted.Length);
        // A caller that only feeds data may reuse the tensor at once: its values are in the history.
        if (_wanted[0] = input.requires_grad)
            _saved.Add(input);
        for (var i = 0; i < tensors.Length; i++)
        {
            _wanted[1 + i] = tensors[i].requires_grad;
            _saved.Add(tensors[i]);
        }

        if (_savesParameters)
            _saved.AddRange(_place.Chain.Parameters);
    }

    /// <summary>Makes the results of a step part of the graph.</summary>
    /// <param name="place">The step's place, after its forward pass.</param>
    /// <param name="before">The step before it; <see langword="null"/> for the first one of a chain.</param>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="state">The state before the step.</param>
    /// <param name="dropout">The dropout of the step.</param>
    /// <param name="root">The tensor that a chain's first step depends on; <see langword="null"/> for later ones, and if no parameter needs a gradient.</param>
    /// <param name="outputs">Logits and the state after the step.</param>
    /// <param name="threads">The number of threads.</param>
    public static void Attach(
        StepPlace place, StepPlace? before, Tensor input, NtmState state, in DropoutMasks dropout, Tensor? root, List<Tensor> outputs, int threads)
    {
        Tensor[] arguments = root is null ? [input, .. state.Handles] : [input, .. state.Handles, root];
        GraphNode.Attach(new StepCall(place, before, input, state, dropout, root, threads), arguments, CollectionsMarshal.AsSpan(outputs));
    }

    void IGraphCall.Enter(NodeHandle node)
    {
        _tensors = new NodeTensors(node, _saved!);
        // The handles belong to other objects.
        _saved = null;
        if (_savesParameters)
            _place.Chain.Enter(_tensors);
    }

    IReadOnlyList<Tensor?> IGraphCall.Backward(ReadOnlySpan<nint> gradients)
    {
        // torch hears of zeros for the gradients that stay in the chain.
        List<Tensor?>? shared = null;
        var given = new List<Tensor?>(gradients.Length);
        foreach (var gradient in gradients)
            given.Add(gradient == 0 ? null : Tensor.UnsafeCreateTensor(gradient));
        var found = BackwardPass.Run(() => Compute(given, out shared), Nothing);
        foreach (var gradient in given)
            gradient?.Dispose();
        return ReturnedGradients.Keep(found, shared);
    }

    void IGraphCall.Release()
    {
        _tensors?.Release();
        _tensors = null;
    }

    /// <summary>Computes the gradients of the arguments; <see langword="null"/> for an argument without one.</summary>
    /// <param name="gradients">The gradients of logits and state; <see langword="null"/> for zero.</param>
    /// <param name="shared">The last gradients that belong to the pool; <see langword="null"/> for none.</param>
    private List<Tensor?> Compute(List<Tensor?> gradients, out List<Tensor?>? shared)
    {
        shared = null;
        // An earlier node has failed: its gradients have no meaning. Or another call is being differentiated, in which this one has no part.
        if (BackwardError.IsRaised || Separation.IsClosed)
            return Nothing();
        if (_isUsed)
        {
            BackwardError.SecondTime();
            return Nothing();
        }

        // Tensors that nobody has read cannot have been changed, and their gradients stay in the chain.
        var isInside = _before is { IsRead: false } && !is_grad_enabled();
        List<Tensor> saved = [];
        try
        {
            if (!isInside || _wanted[0])
                saved = _tensors!.Unpack();
            _place.Chain.CheckParameters();
        }
        catch (ExternalException changed)
        {
            BackwardError.Modified(changed.Message);
            return Nothing();
        }

        _isUsed = !GraphTask.RetainsGraph;
        return is_grad_enabled() ? Differentiable(saved, gradients) : Numbers(gradients, isInside, out shared);
    }

    private List<Tensor?> Numbers(List<Tensor?> gradients, bool isInside, out List<Tensor?>? shared)
    {
        using var noGrad = no_grad();
        var pool = _place.Chain.Pool;
        var machine = pool.Machine;
        var pass = GraphTask.Id!.Value;
        var computed = new List<Tensor?>(1 + _wanted.Length) { _wanted[0] ? machine.Empty(_batch, machine.Shape.Inputs) : null };
        var dLogits = Start(gradients[0]);
        var dInputs = computed[0] is { } input ? TensorVersion.Start(input) : null;
        var dGiven = isInside ? null : new StateBuffers(machine.Shape);
        for (var i = 0; i < dGiven?.Tensors.Length; i++)
        {
            computed.Add(_wanted[1 + i] ? machine.Empty(machine.Cell.StateShape(i, _batch)) : null);
            dGiven.Tensors[i] = computed[^1] is { } target ? TensorVersion.Start(target) : null;
        }

        shared = isInside ? pool.Nothing(_batch) : null;
        if (shared is not null)
            computed.AddRange(shared);
        if (_hasRoot)
            computed.Add(null);
        var engine = pool.RentEngine();
        lock (_place.Chain.Lock)
        {
            var dState = StateAfter(engine, gradients, pass);
            engine.Backward(_place.Chain.Weights.Packed, _place.Segment, _place.Slot, _isReplaced, dLogits, dState, dInputs, _threads);
            _isReplaced = true;
            _place.Segment.Passes[_place.Slot] = pass;
            if (dGiven is null)
            {
                _before!.Add(dState, pass);
            }
            else
            {
                engine.Save(_place.Segment, dState, dGiven);
                pool.Return(dState);
            }
        }

        pool.Return(engine);
        return computed;
    }

    /// <summary>Returns the gradient of the state after the step: what the next steps have left, and what comes through torch.</summary>
    private StateGradient StateAfter(StepEngine engine, List<Tensor?> gradients, int pass)
    {
        var pool = _place.Chain.Pool;
        var left = _place.Take(pass);
        var outside = new StateBuffers(pool.Machine.Shape);
        var any = false;
        for (var i = 1; i < gradients.Count; i++)
        {
            if (gradients[i] is not { } gradient || pool.IsNothing(gradient))
                continue;
            outside.Tensors[i - 1] = Start(gradient);
            any = true;
        }

        if (!any && left is not null)
            return left;
        var sum = pool.RentGradient(_place.Segment);
        engine.Load(_place.Segment, outside, sum);
        if (left is null)
            return sum;
        sum.Add(left);
        pool.Return(left);
        return sum;
    }

    private List<Tensor?> Differentiable(List<Tensor> saved, List<Tensor?> gradients)
    {
        var chain = _place.Chain;
        var machine = chain.Pool.Machine;
        var next = 0;
        var input = _wanted[0] ? saved[next++] : Input();
        var count = machine.Shape.State.Tensors.Length;
        _before?.Read(CollectionsMarshal.AsSpan(saved).Slice(next, count));
        var found = DifferentiableBackward.Run(
            machine.Cell, input, saved.GetRange(next, count), _dropout, [.. _wanted, .. chain.Wanted], gradients);
        for (var p = 0; p < chain.Wanted.Length; p++)
            if (found[1 + count + p] is { } gradient)
                chain.AddDifferentiable(p, gradient);
        return [.. found.AsSpan(0, 1 + count), .. _hasRoot ? (Tensor?[])[null] : []];
    }

    /// <summary>Returns the input, from the history.</summary>
    private Tensor Input()
    {
        using var noGrad = no_grad();
        var machine = _place.Chain.Pool.Machine;
        var input = machine.Empty(_batch, machine.Shape.Inputs);
        _place.Segment.CopyInputs(_place.Slot, TensorVersion.Start(input));
        return input;
    }

    /// <summary>Returns the address of a gradient's values; a copy lives in the current dispose scope.</summary>
    private static float* Start(Tensor? gradient) =>
        gradient is null ? null : TensorVersion.Start(gradient.is_contiguous() ? gradient : gradient.contiguous());

    /// <summary>The gradients of a failed pass: they have no influence, but have the shapes that autograd requires.</summary>
    private List<Tensor?> Nothing()
    {
        using var noGrad = no_grad();
        var machine = _place.Chain.Pool.Machine;
        List<Tensor?> zeros = [_wanted[0] ? machine.Zeros([_batch, machine.Shape.Inputs]) : null];
        for (var i = 1; i < _wanted.Length; i++)
            zeros.Add(_wanted[i] ? machine.Zeros(machine.Cell.StateShape(i - 1, _batch)) : null);
        if (_hasRoot)
            zeros.Add(null);
        BackwardError.Repeat();
        return zeros;
    }
}
