using Ntm.Core.Engines.Cpu;
using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A cell as a whole-sequence engine computes it, and workspaces for its calls.</summary>
/// <param name="cell">The cell.</param>
internal abstract unsafe class SequenceMachine(BuiltInCell cell)
{
    private readonly Stack<ISequenceWorkspace> _idle = new();

    public MachineShape Shape => cell.Shape;

    public ParameterTable Parameters => cell.Parameters;

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors => cell.Tensors;

    protected BuiltInCell Cell => cell;

    /// <summary>Why the model as it now is cannot be computed here, or <see langword="null"/>.</summary>
    public abstract string? Obstacle();

    /// <inheritdoc cref="BuiltInCell.Describes"/>
    public bool Describes(NtmCell other) => cell.Describes(other);

    /// <summary>A tensor of the machine's element type on its device, with arbitrary contents.</summary>
    public Tensor Empty(params long[] shape) => empty(shape, dtype: cell.Like.dtype, device: cell.Like.device);

    /// <summary>The parameters' memory as it now is.</summary>
    public void ReadParameters(float** pointers)
    {
        for (var p = 0; p < Tensors.Length; p++)
            pointers[p] = TensorMemory.Start(Tensors[p]);
    }

    /// <summary>A workspace that nobody else uses until it is given back.</summary>
    public ISequenceWorkspace Rent()
    {
        lock (_idle)
            if (_idle.TryPop(out var workspace))
                return workspace;
        return CreateWorkspace();
    }

    public void Return(ISequenceWorkspace workspace)
    {
        lock (_idle)
        {
            // As many as are ever used at once would be kept for ever otherwise.
            if (_idle.Count < 2)
            {
                _idle.Push(workspace);
                return;
            }
        }

        workspace.Dispose();
    }

    protected abstract ISequenceWorkspace CreateWorkspace();
}
