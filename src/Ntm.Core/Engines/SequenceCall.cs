using System.Collections.Immutable;
using Ntm.Core.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// One call of the engine from torch: its arguments, and what its backward pass will need. Everything belongs to the call, so that
/// any number of calls may wait for their backward passes.
/// </summary>
internal sealed unsafe class SequenceCall(SequenceMachine machine, Tensor inputs, NtmState? state, int threads, bool keep)
{
    private readonly BatchCall _call = new() { Kind = keep ? CallKind.ForwardThenBackward : CallKind.Forward };
    private ISequenceWorkspace? _workspace;
    private Tensor? _inputs;
    private Tensor[] _given = [];
    private bool _wantsInputs;
    private long[]?[] _shapes = [];

    /// <summary>What autograd is told of: inputs, given state if any, parameters.</summary>
    public Tensor[] Arguments() => [inputs, .. state?.Tensors() ?? [], .. machine.Tensors];

    /// <summary>Logits <c>[T, B, O]</c> and the tensors of the final state, in its order. To be called without gradients.</summary>
    public List<Tensor> Forward()
    {
        var shape = machine.Shape;
        TakeArguments();
        // The caller's handles may be gone when the backward pass comes: what it asks of them is asked now.
        _wantsInputs = inputs.requires_grad;
        _shapes = keep
            ? [.. machine.Tensors.Select((t, p) => t.requires_grad && (state is null || !machine.Parameters.IsInitial(p)) ? t.shape : null)]
            : [];
        var logits = machine.Empty(_call.Steps, _call.Batch, shape.Outputs);
        var final = StateTensors();
        _call.Logits = TensorMemory.Start(logits);
        _call.Final = Buffers(final);
        _workspace = Compute();
        _call.Logits = null;
        _call.Final = null;
        if (!keep)
            ReleaseAll();
        return [logits, .. final];
    }

    /// <summary>What the heads do in every step. Instead of <see cref="Forward"/>, and without gradients.</summary>
    public NtmTrace Trace()
    {
        var shape = machine.Shape;
        TakeArguments();
        Tensor Heads(int count, int width) => machine.Empty(_call.Steps, _call.Batch, count, width);
        var trace = new NtmTrace(
            machine.Empty(_call.Steps, _call.Batch, shape.Outputs), Heads(shape.Read.Count, shape.Width), Heads(shape.Write.Count, shape.Width),
            Heads(shape.Write.Count, shape.Width), Heads(shape.Read.Count, shape.Locations), Heads(shape.Write.Count, shape.Locations));
        _call.Logits = TensorMemory.Start(trace.Logits);
        _call.Trace = new TraceBuffers(shape)
        {
            Reads = TensorMemory.Start(trace.Reads),
            Erases = TensorMemory.Start(trace.Erases),
            Adds = TensorMemory.Start(trace.Adds),
            ReadWeightings = TensorMemory.Start(trace.ReadWeightings),
            WriteWeightings = TensorMemory.Start(trace.WriteWeightings),
        };
        _workspace = Compute();
        ReleaseAll();
        return trace;
    }

    /// <summary>The gradients of <see cref="Arguments"/>; <see langword="null"/> where there is none.</summary>
    /// <param name="gradients">Those of what <see cref="Forward"/> gave; invalid tensors for zero.</param>
    public Tensor?[] Backward(IReadOnlyList<Tensor> gradients)
    {
        // A second pass over the same graph finds its history used up: it is computed again.
        _workspace ??= ComputeAgain();
        Tensor?[] plain = [.. gradients.Select(g => g.IsInvalid ? null : g.contiguous())];
        var dInputs = _wantsInputs ? empty_like(_inputs!) : null;
        Tensor[] dGiven = state is null ? [] : StateTensors();
        _call.DLogits = plain[0] is { } dLogits ? TensorMemory.Start(dLogits) : null;
        _call.DFinal = Buffers(plain.AsSpan(1));
        _call.DInputs = dInputs is null ? null : TensorMemory.Start(dInputs);
        _call.DGiven = state is null ? null : Buffers(dGiven);
        _workspace.Backward(threads);
        var dParameters = Parameters(_workspace);
        foreach (var tensor in plain)
            tensor?.Dispose();
        Release();
        return [dInputs, .. dGiven, .. dParameters];
    }

    private void TakeArguments()
    {
        (_call.Steps, _call.Batch) = ((int)inputs.size(0), (int)inputs.size(1));
        // The backward pass may compute stretches again: the caller is free to reuse his inputs.
        _inputs = (keep ? inputs.detach().clone().contiguous() : inputs.contiguous()).DetachFromDisposeScope();
        _given = state is null ? [] : [.. state.Tensors().Select(t => t.contiguous().DetachFromDisposeScope())];
    }

    private ISequenceWorkspace Compute()
    {
        var workspace = Prepare();
        try
        {
            workspace.Forward(_call, [], threads);
            return workspace;
        }
        catch
        {
            // What it holds may be what there was too little of.
            workspace.Dispose();
            throw;
        }
    }

    private ISequenceWorkspace ComputeAgain()
    {
        var workspace = Prepare();
        workspace.ForwardAgain(_call, threads);
        return workspace;
    }

    private ISequenceWorkspace Prepare()
    {
        _call.Inputs = TensorMemory.Start(_inputs!);
        _call.Given = state is null ? null : Buffers(_given);
        return machine.Rent();
    }

    private Tensor?[] Parameters(ISequenceWorkspace workspace)
    {
        var table = machine.Parameters;
        using var flat = machine.Empty(table.Length);
        workspace.WriteGradient(TensorMemory.Start(flat));
        var gradients = new Tensor?[_shapes.Length];
        for (var p = 0; p < gradients.Length; p++)
        {
            if (_shapes[p] is not { } wanted)
                continue;
            using var part = flat.narrow(0, table.Offsets[p], table.Lengths[p]);
            gradients[p] = part.view(wanted);
        }

        return gradients;
    }

    private Tensor[] StateTensors()
    {
        var (shape, batch) = (machine.Shape, _call.Batch);
        var controller = ImmutableArray.CreateBuilder<Tensor>();
        for (var i = 0; i < (shape.Lstm ? 2 * shape.Layers : 0); i++)
            controller.Add(machine.Empty(batch, shape.Units));
        return
        [
            .. controller,
            machine.Empty(batch, shape.Locations, shape.Width),
            machine.Empty(batch, shape.Read.Count, shape.Width),
            machine.Empty(batch, shape.Read.Count, shape.Locations),
            machine.Empty(batch, shape.Write.Count, shape.Locations),
        ];
    }

    private StateBuffers Buffers(ReadOnlySpan<Tensor?> tensors)
    {
        static float* Start(Tensor? tensor) => tensor is null ? null : TensorMemory.Start(tensor);
        var buffers = new StateBuffers(machine.Shape);
        var controller = buffers.Controller.Length;
        for (var i = 0; i < controller; i++)
            buffers.Controller[i] = Start(tensors[i]);
        buffers.Memory = Start(tensors[controller]);
        buffers.Reads = Start(tensors[controller + 1]);
        buffers.ReadWeightings = Start(tensors[controller + 2]);
        buffers.WriteWeightings = Start(tensors[controller + 3]);
        return buffers;
    }

    private void ReleaseAll()
    {
        Release();
        _inputs?.Dispose();
        foreach (var tensor in _given)
            tensor.Dispose();
    }

    private void Release()
    {
        if (_workspace is { } workspace)
            machine.Return(workspace);
        _workspace = null;
    }
}
