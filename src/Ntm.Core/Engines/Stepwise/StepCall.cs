using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A step that waits for its backward pass. Autograd saves input and state and detects in-place changes; the values are in the chain's history.</summary>
internal sealed unsafe class StepCall
{
    private readonly StepPlace _place;
    private readonly DropoutMasks _dropout;
    private readonly int _threads;
    private readonly int _batch;
    private readonly bool[] _wanted;
    private List<Tensor>? _saved;
    private List<Tensor>? _outputs;
    private bool _savesParameters;
    private bool _isReplaced;
    private bool _isUsed;

    /// <param name="place">The step's place, after its forward pass.</param>
    /// <param name="input"><c>[B, I]</c></param>
    /// <param name="state">The state before the step.</param>
    /// <param name="dropout">The dropout of the step.</param>
    /// <param name="root">The tensor that a chain's first step depends on; <see langword="null"/> for later ones, and if no parameter needs a gradient.</param>
    /// <param name="outputs">Logits and the state after the step.</param>
    /// <param name="threads">The number of threads.</param>
    public StepCall(StepPlace place, Tensor input, NtmState state, in DropoutMasks dropout, Tensor? root, List<Tensor> outputs, int threads)
    {
        (_place, _dropout, _threads, _outputs) = (place, dropout, threads, outputs);
        _batch = (int)input.size(0);
        var count = outputs.Count - 1;
        Arguments = new object?[3 + count];
        (Arguments[0], Arguments[1], Arguments[2 + count]) = (this, input, root);
        state.CopyTo(Arguments, 2);
        _wanted = new bool[1 + count];
        _saved = new List<Tensor>(1 + count);
        for (var i = 0; i <= count; i++)
        {
            var argument = (Tensor)Arguments[1 + i]!;
            _wanted[i] = argument.requires_grad;
            // A caller that only feeds data may reuse the tensor at once: its values are in the history.
            if (i > 0 || _wanted[i])
                _saved.Add(argument);
        }
    }

    /// <summary>The arguments of the autograd function: this call, the input, the state, the chain's first node.</summary>
    public object?[] Arguments { get; private set; }

    /// <summary>Lets the call save the parameters, because no other node of the chain does.</summary>
    public void SaveParameters() => _savesParameters = true;

    /// <summary>Attaches the call to a graph; returns the outputs.</summary>
    public List<Tensor> Enter(autograd.AutogradContext context)
    {
        if (_savesParameters)
        {
            _saved!.AddRange(_place.Chain.Parameters);
            _place.Chain.Enter(context);
        }

        context.save_for_backward(_saved!);
        var outputs = _outputs!;
        // The handles belong to other objects.
        (_saved, _outputs, Arguments) = (null, null, []);
        return outputs;
    }

    /// <summary>Computes the gradients of the arguments; <see langword="null"/> for an argument without one. Does not throw.</summary>
    /// <param name="context">The context.</param>
    /// <param name="gradients">The gradients of logits and state; invalid tensors for zero.</param>
    public List<Tensor?> Backward(autograd.AutogradContext context, List<Tensor> gradients) =>
        BackwardPass.Run(() => Compute(context, gradients), Nothing);

    private List<Tensor?> Compute(autograd.AutogradContext context, List<Tensor> gradients)
    {
        // An earlier node has failed: its gradients have no meaning. Or another call is being differentiated, in which this one has no part.
        if (BackwardError.IsRaised || Separation.IsClosed)
            return Nothing();
        if (_isUsed)
        {
            BackwardError.SecondTime();
            return Nothing();
        }

        List<Tensor> saved;
        try
        {
            saved = context.get_saved_variables();
            _place.Chain.CheckParameters();
        }
        catch (ExternalException changed)
        {
            BackwardError.Modified(changed.Message);
            return Nothing();
        }

        _isUsed = !GraphTask.RetainsGraph;
        return is_grad_enabled() ? Differentiable(saved, gradients) : Numbers(gradients);
    }

    private List<Tensor?> Numbers(List<Tensor> gradients)
    {
        using var noGrad = no_grad();
        var machine = _place.Chain.Pool.Machine;
        var state = machine.Shape.State.Tensors.Length;
        List<Tensor?> computed = [null, _wanted[0] ? machine.Empty(_batch, machine.Shape.Inputs) : null];
        var (dFinal, dGiven) = (new StateBuffers(machine.Shape), new StateBuffers(machine.Shape));
        for (var i = 0; i < state; i++)
        {
            var target = _wanted[1 + i] ? machine.Empty(machine.Cell.StateShape(i, _batch)) : null;
            computed.Add(target);
            dGiven.Tensors[i] = target is null ? null : TensorVersion.Start(target);
            dFinal.Tensors[i] = Start(gradients[1 + i]);
        }

        computed.Add(null);
        var pool = _place.Chain.Pool;
        var engine = pool.RentEngine();
        var dLogits = Start(gradients[0]);
        var dInputs = computed[1] is { } input ? TensorVersion.Start(input) : null;
        lock (_place.Chain.Lock)
        {
            engine.Backward(_place.Chain.Weights.Packed, _place.Segment, _place.Slot, _isReplaced, dLogits, dFinal, dInputs, dGiven, _threads);
            _isReplaced = true;
            _place.Segment.Passes[_place.Slot] = GraphTask.Id!.Value;
        }

        pool.Return(engine);
        return computed;
    }

    private List<Tensor?> Differentiable(List<Tensor> saved, List<Tensor> gradients)
    {
        var chain = _place.Chain;
        var machine = chain.Pool.Machine;
        var next = 0;
        var input = _wanted[0] ? saved[next++] : Input();
        var count = machine.Shape.State.Tensors.Length;
        var found = DifferentiableBackward.Run(
            machine.Cell, input, saved.GetRange(next, count), _dropout, [.. _wanted, .. chain.Wanted], gradients);
        for (var p = 0; p < chain.Wanted.Length; p++)
            if (found[1 + count + p] is { } gradient)
                chain.AddDifferentiable(p, gradient);
        return [null, .. found.AsSpan(0, 1 + count), null];
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
    private static float* Start(Tensor gradient) =>
        gradient.IsInvalid ? null : TensorVersion.Start(gradient.is_contiguous() ? gradient : gradient.contiguous());

    /// <summary>The gradients of a failed pass: they have no influence, but have the shapes that autograd requires.</summary>
    private List<Tensor?> Nothing()
    {
        using var noGrad = no_grad();
        var machine = _place.Chain.Pool.Machine;
        List<Tensor?> zeros = [null, _wanted[0] ? machine.Zeros([_batch, machine.Shape.Inputs]) : null];
        for (var i = 1; i < _wanted.Length; i++)
            zeros.Add(_wanted[i] ? machine.Zeros(machine.Cell.StateShape(i - 1, _batch)) : null);
        zeros.Add(null);
        BackwardError.Repeat();
        return zeros;
    }
}
