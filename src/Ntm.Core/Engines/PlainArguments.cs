using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>Inputs and state in the form that an engine reads: contiguous, copied only if they are not.</summary>
internal sealed unsafe class PlainArguments : IDisposable
{
    private readonly Tensor[] _given;
    private readonly Tensor[] _plain;

    /// <param name="inputs"><c>[T, B, I]</c></param>
    /// <param name="state">The state before the first step; <see langword="null"/> for the machine's initial state.</param>
    public PlainArguments(Tensor inputs, NtmState? state)
    {
        _given = [inputs, .. state?.Tensors() ?? []];
        _plain = [.. _given.Select(t => t.is_contiguous() ? t : t.contiguous().DetachFromDisposeScope())];
    }

    /// <summary>The tensors: inputs, then the state's.</summary>
    public IReadOnlyList<Tensor> Tensors => _plain;

    /// <summary>The tensors that are copies.</summary>
    public IEnumerable<Tensor> Copies => _plain.Where((t, i) => !ReferenceEquals(t, _given[i]));

    /// <summary>Describes a call of a machine with these arguments.</summary>
    public BatchCall Describe(SequenceMachine machine, CallKind kind)
    {
        var call = new BatchCall { Kind = kind, Model = machine.Model, Steps = (int)_plain[0].size(0), Batch = (int)_plain[0].size(1) };
        Point(machine, call, _plain);
        return call;
    }

    /// <summary>Sets the pointers of a call to the tensors of its arguments.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="call">The call.</param>
    /// <param name="tensors">The tensors, like <see cref="Tensors"/>.</param>
    public static void Point(SequenceMachine machine, BatchCall call, ReadOnlySpan<Tensor> tensors)
    {
        call.Inputs = TensorMemory.Start(tensors[0]);
        call.Given = tensors.Length == 1 ? null : StateTensors.Buffers(machine.Shape, tensors[1..]);
    }

    public void Dispose()
    {
        foreach (var copy in Copies)
            copy.Dispose();
    }
}
