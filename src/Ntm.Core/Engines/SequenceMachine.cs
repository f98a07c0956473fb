using static TorchSharp.torch;

namespace Ntm.Core.Engines;

/// <summary>A whole-sequence engine's view of a cell, with workspaces for its calls.</summary>
internal abstract class SequenceMachine : IDisposable
{
    private readonly WorkspacePool _pool;

    protected SequenceMachine(BuiltInCell cell)
    {
        Cell = cell;
        Model = new TensorModelMemory(cell.Tensors, cell.Starts);
        (Type, Device) = (cell.Like.dtype, cell.Like.device);
        // The loss of torch's graphs is outside of the engine: any kind will do.
        _pool = new WorkspacePool(() => CreateWorkspace(LossKind.BinaryCrossEntropy));
    }

    public MachineShape Shape => Cell.Engine.Shape;

    public ParameterTable Parameters => Cell.Engine.Parameters;

    /// <summary>The parameters, in the table's order.</summary>
    public Tensor[] Tensors => Cell.Tensors;

    public BuiltInCell Cell { get; }

    /// <summary>The parameters and start values in their current state.</summary>
    public IModelMemory Model { get; }

    /// <summary>The device that the machine computes on.</summary>
    public Device Device { get; }

    /// <summary>The element type of the model.</summary>
    private ScalarType Type { get; }

    /// <summary>Returns the reason why the model in its current state cannot be computed, or <see langword="null"/>.</summary>
    public abstract string? Obstacle();

    /// <inheritdoc cref="BuiltInCell.Describes"/>
    public bool Describes(NtmCell other) => Cell.Describes(other);

    /// <summary>Returns a tensor of the machine's element type on its device, with arbitrary contents.</summary>
    /// <remarks>torch's default element type may be another one, and the engines write floats.</remarks>
    public Tensor Empty(params long[] shape) => empty(shape, dtype: Type, device: Device);

    /// <summary>Returns zeros like <see cref="Empty"/>, all in one element.</summary>
    public Tensor Zeros(long[] shape) => zeros([], dtype: Type, device: Device).expand(shape);

    /// <inheritdoc cref="WorkspacePool.Rent"/>
    public ISequenceWorkspace Rent() => _pool.Rent();

    /// <inheritdoc cref="WorkspacePool.Return"/>
    public void Return(ISequenceWorkspace workspace) => _pool.Return(workspace);

    /// <inheritdoc cref="WorkspacePool.Watch"/>
    public void Watch(IWorkspaceHolder holder) => _pool.Watch(holder);

    /// <summary>Frees the workspaces; those in use are freed when they are returned.</summary>
    public virtual void Dispose() => _pool.Dispose();

    /// <summary>Creates a workspace that the caller owns.</summary>
    /// <param name="loss">The loss of calls with targets.</param>
    public abstract ISequenceWorkspace CreateWorkspace(LossKind loss);
}
