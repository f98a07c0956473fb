using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>
/// The tensors that a graph saves for a call, as a list for autograd: inputs, given state if any, parameters, start values that are not learned, and
/// contiguous
/// copies of inputs and state if they were not contiguous. Autograd saves them without a copy.
/// </summary>
internal sealed class SavedTensors
{
    private readonly SequenceMachine _machine;
    private readonly int _given;
    private readonly int[] _plain;

    public SavedTensors(SequenceMachine machine, Tensor inputs, NtmState? state, PlainArguments plain)
    {
        _machine = machine;
        All = [inputs, .. state?.Tensors() ?? []];
        _given = All.Count - 1;
        All.AddRange(machine.Tensors);
        All.AddRange(machine.Cell.Starts.OfType<Tensor>());
        All.AddRange(plain.Copies);
        _plain = [.. plain.Tensors.Select(t => All.FindIndex(saved => ReferenceEquals(saved, t)))];
    }

    private SavedTensors(SavedTensors other, List<Tensor> all)
    {
        (_machine, _given, _plain) = (other._machine, other._given, other._plain);
        All = all;
    }

    /// <summary>The list.</summary>
    public List<Tensor> All { get; private set; }

    /// <summary>The inputs.</summary>
    public Tensor Inputs => All[0];

    /// <summary>The tensors of the given state; none for the machine's initial state.</summary>
    public List<Tensor> Given => All.GetRange(1, _given);

    /// <summary>Inputs and given state, contiguous.</summary>
    public Tensor[] Plain => [.. _plain.Select(i => All[i])];

    /// <summary>Parameters and start values.</summary>
    public IModelMemory Model
    {
        get
        {
            var next = 1 + _given + _machine.Tensors.Length;
            return new TensorModelMemory(
                All.GetRange(1 + _given, _machine.Tensors.Length), [.. _machine.Cell.Starts.Select(s => s is null ? null : All[next++])]);
        }
    }

    /// <summary>Returns the tensors that autograd has saved, in the current dispose scope.</summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">One of them has been changed in place.</exception>
    public SavedTensors Unpack(autograd.AutogradContext context)
    {
        // The handles that were saved belong to other objects and are no longer needed.
        All = [];
        return new SavedTensors(this, context.get_saved_variables());
    }
}
