using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// A call that waits for its backward pass. Autograd saves the tensors that the backward pass needs, frees them with the graph and detects in-place
/// changes. Everything else belongs to the call, so any number of calls may wait.
/// </summary>
internal sealed unsafe class SequenceCall : IWorkspaceHolder, IDisposable
{
    private const string Key = "call";

    private readonly SequenceMachine _machine;
    private readonly int[] _lengths;
    private readonly int _threads;
    private readonly BatchCall _call;
    private readonly PlainArguments _plain;
    private readonly Tensor? _copy;
    private readonly SavedTensors _saved;
    private readonly long[]?[] _shapes;
    private ISequenceWorkspace? _workspace;
    private autograd.AutogradContext? _context;
    private bool _isUsed;

    /// <summary>Computes the forward pass. Call it without gradients.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the machine's initial state.</param>
    /// <param name="lengths">Each sequence's length; empty if there is no padding.</param>
    /// <param name="dropout">The dropout of the call.</param>
    /// <param name="threads">The number of CPU threads.</param>
    public SequenceCall(SequenceMachine machine, Tensor inputs, NtmState? state, int[] lengths, in DropoutMasks dropout, int threads)
    {
        (_machine, _lengths, _threads) = (machine, lengths, threads);
        Arguments = [inputs, .. state?.Tensors() ?? [], .. machine.Tensors];
        var given = Arguments.Length - machine.Tensors.Length - 1;
        // The initial values have no effect if a state is given.
        _shapes =
        [
            .. Arguments.Select((t, i) => t.requires_grad && (state is null || i <= given || !machine.Cell.Engine.IsInitial(i - given - 1)) ? t.shape : null),
        ];
        // A caller that only feeds data may reuse the tensor at once. A tensor with a gradient is part of the graph.
        _copy = inputs.requires_grad ? null : inputs.clone().DetachFromDisposeScope();
        _plain = new PlainArguments(_copy ?? inputs, state);
        try
        {
            _saved = new SavedTensors(machine, _copy ?? inputs, state, _plain);
            _call = _plain.Describe(machine, CallKind.ForwardThenBackward);
            _call.Dropout = dropout;
            Outputs = PlainCall.Results(machine, _call, lengths);
            _workspace = PlainCall.Compute(machine, _call, lengths, threads);
            _call.Logits = null;
            _call.Final = null;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The arguments of the autograd function: inputs, given state if any, parameters.</summary>
    public Tensor[] Arguments { get; }

    /// <summary>Logits <c>[T, B, O]</c> and the tensors of the final state, in its order.</summary>
    public List<Tensor> Outputs { get; }

    /// <inheritdoc />
    public bool IsHolding => _workspace is not null;

    /// <summary>Returns the call of a context.</summary>
    public static SequenceCall Of(autograd.AutogradContext context) => (SequenceCall)context.get_data(Key);

    /// <summary>Attaches the call to a graph.</summary>
    public void Enter(autograd.AutogradContext context)
    {
        _context = context;
        context.save_for_backward(_saved.All);
        context.save_data(Key, this);
        _machine.Watch(this);
    }

    /// <inheritdoc />
    public ISequenceWorkspace? Abandon() =>
        _context is { } context && ContextLifetime.IsOver(context) ? Interlocked.Exchange(ref _workspace, null) : null;

    /// <summary>Computes the gradients of <see cref="Arguments"/>; <see langword="null"/> for an argument without one. Does not throw.</summary>
    /// <param name="context">The context.</param>
    /// <param name="gradients">The gradients of <see cref="Outputs"/>; invalid tensors for zero.</param>
    public Tensor?[] Backward(autograd.AutogradContext context, List<Tensor> gradients) =>
        BackwardPass.Run(() => Compute(context, gradients), Nothing);

    /// <summary>Frees the resources that only the forward pass needs, after autograd has saved the others.</summary>
    public void Dispose()
    {
        _plain?.Dispose();
        _copy?.Dispose();
        if (_context is null && Interlocked.Exchange(ref _workspace, null) is { } workspace)
            _machine.Return(workspace);
    }

    private Tensor?[] Compute(autograd.AutogradContext context, List<Tensor> gradients)
    {
        // An earlier node has failed: its gradients have no meaning. Or another call is being differentiated, in which this one has no part.
        if (BackwardError.IsRaised || Separation.IsClosed)
            return Nothing();
        if (_isUsed)
        {
            BackwardError.SecondTime();
            return Nothing();
        }

        SavedTensors saved;
        try
        {
            saved = _saved.Unpack(context);
        }
        catch (ExternalException changed)
        {
            BackwardError.Modified(changed.Message);
            return Nothing();
        }

        _isUsed = !GraphTask.RetainsGraph;
        if (is_grad_enabled())
            return DifferentiableBackward.Run(_machine.Cell, saved, _lengths, _call.Dropout, _shapes, gradients);
        using var noGrad = no_grad();
        return Compute(saved, gradients);
    }

    private Tensor?[] Compute(SavedTensors saved, List<Tensor> gradients)
    {
        PlainArguments.Point(_machine, _call, saved.Plain);
        _call.Model = saved.Model;
        var workspace = Interlocked.Exchange(ref _workspace, null);
        if (workspace is null)
        {
            // A second pass over the same graph has no history left: compute the forward pass again.
            workspace = _machine.Rent();
            workspace.ForwardAgain(_call, _lengths, _threads);
        }

        Tensor?[] outside = [.. gradients.Select(g => g.IsInvalid ? null : g.contiguous())];
        var dInputs = _shapes[0] is { } shape ? _machine.Empty(shape) : null;
        // The engines need not write the gradients of padding.
        if (_lengths.Length > 0)
            dInputs?.zero_();
        var dGiven = _call.Given is null ? [] : StateTensors.Empty(_machine, _call.Batch);
        _call.DLogits = outside[0] is { } dLogits ? TensorMemory.Start(dLogits) : null;
        _call.DFinal = StateTensors.Buffers(_machine.Shape, outside.AsSpan(1));
        _call.DInputs = dInputs is null ? null : TensorMemory.Start(dInputs);
        _call.DGiven = _call.Given is null ? null : StateTensors.Buffers(_machine.Shape, dGiven);
        workspace.Backward(_threads);
        var dParameters = ParameterGradients(workspace, 1 + dGiven.Length);
        _machine.Return(workspace);
        return [dInputs, .. dGiven, .. dParameters];
    }

    private Tensor?[] ParameterGradients(ISequenceWorkspace workspace, int first)
    {
        var table = _machine.Parameters;
        var flat = _machine.Empty(table.Length);
        workspace.WriteGradient(TensorMemory.Start(flat));
        var gradients = new Tensor?[table.Names.Length];
        for (var p = 0; p < gradients.Length; p++)
            gradients[p] = _shapes[first + p] is { } shape ? flat.narrow(0, table.Offsets[p], table.Lengths[p]).view(shape) : null;
        return gradients;
    }

    /// <summary>The gradients of a failed pass: they have no influence, but have the shapes that autograd requires.</summary>
    private Tensor?[] Nothing()
    {
        using var noGrad = no_grad();
        Tensor?[] zeros = [.. _shapes.Select(shape => shape is null ? null : _machine.Zeros(shape))];
        BackwardError.Repeat();
        return zeros;
    }
}
