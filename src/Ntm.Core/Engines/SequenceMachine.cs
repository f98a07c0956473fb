using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A cell as a whole-sequence engine computes it, and workspaces for its calls.</summary>
internal abstract class SequenceMachine : IDisposable
{
    private readonly WorkspacePool _pool;

    protected SequenceMachine(BuiltInCell cell)
    {
        Cell = cell;
        Model = new TensorModelMemory(cell.Tensors, cell.Starts);
        (Type, Device) = (cell.Like.dtype, cell.Like.device);
        // Graphs of torch have their loss outside: which one is no matter.
        _pool = new WorkspacePool(() => CreateWorkspace(LossKind.BinaryCrossEntropy));
    }

    public MachineShape Shape => Cell.Engine.Shape;

    public ParameterTable Parameters => Cell.Engine.Parameters;

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors => Cell.Tensors;

    public BuiltInCell Cell { get; }

    /// <summary>The parameters and start values as they now are.</summary>
    public IModelMemory Model { get; }

    /// <summary>The device that the machine computes on.</summary>
    public Device Device { get; }

    /// <summary>The element type of the model.</summary>
    private ScalarType Type { get; }

    /// <summary>Why the model as it now is cannot be computed here, or <see langword="null"/>.</summary>
    public abstract string? Obstacle();

    /// <inheritdoc cref="BuiltInCell.Describes"/>
    public bool Describes(NtmCell other) => Cell.Describes(other);

    /// <summary>A tensor of the machine's element type on its device, with arbitrary contents.</summary>
    /// <remarks>Torch's default element type may be another one, and the engines write floats.</remarks>
    public Tensor Empty(params long[] shape) => empty(shape, dtype: Type, device: Device);

    /// <summary>Zeros like <see cref="Empty"/>, all in one place.</summary>
    public Tensor Zeros(long[] shape) => zeros([], dtype: Type, device: Device).expand(shape);

    /// <inheritdoc cref="WorkspacePool.Rent"/>
    public ISequenceWorkspace Rent() => _pool.Rent();

    /// <inheritdoc cref="WorkspacePool.Return"/>
    public void Return(ISequenceWorkspace workspace) => _pool.Return(workspace);

    /// <inheritdoc cref="WorkspacePool.Watch"/>
    public void Watch(IWorkspaceHolder holder) => _pool.Watch(holder);

    /// <summary>Frees the workspaces: those in use when they are returned.</summary>
    public void Dispose() => _pool.Dispose();

    /// <summary>A workspace of the caller's own.</summary>
    /// <param name="loss">The loss of calls with targets.</param>
    public abstract ISequenceWorkspace CreateWorkspace(LossKind loss);
}
