namespace Ntm.Runtime.Engine;

/// <summary>The use of the history of a call.</summary>
internal enum CallKind
{
    /// <summary>Forward only: nothing is kept.</summary>
    Forward,

    /// <summary>Forward now, backward possibly later: every group keeps its history.</summary>
    ForwardThenBackward,

    /// <summary>Forward and backward group by group, with the loss computed here: a thread keeps the history of its current group only.</summary>
    Train,
}

/// <summary>The addresses of a call's arguments and results. All arrays are time-major; <see langword="null"/> for those that are absent.</summary>
internal sealed unsafe class BatchCall
{
    public CallKind Kind { get; set; }

    /// <summary>The current parameters and start values.</summary>
    public IModelMemory Model { get; set; } = null!;

    /// <summary>Packed weights with panels and the initial state, which do not change; <see langword="null"/> to read those of <see cref="Model"/> in this
    /// call.</summary>
    public EngineBuffers? Prepared { get; set; }

    /// <summary><c>T</c></summary>
    public int Steps { get; set; }

    /// <summary><c>B</c></summary>
    public int Batch { get; set; }

    /// <summary>The dropout of the controller's output; the default value for none.</summary>
    public DropoutMasks Dropout { get; set; }

    /// <summary>The first part of the batch to compute, see <see cref="IPartialWorkspace"/>.</summary>
    public int FirstPart { get; set; }

    /// <summary>The part after the last one to compute; everything if it is beyond the last part.</summary>
    public int EndPart { get; set; } = int.MaxValue;

    /// <summary><c>[T, B, I]</c></summary>
    public float* Inputs { get; set; }

    /// <summary>The state before the first step, or <see langword="null"/> for the machine's initial state.</summary>
    public StateBuffers? Given { get; set; }

    /// <summary>The target for the clipped logits, <c>[T, B, O]</c>.</summary>
    public float* Logits { get; set; }

    /// <summary>The target for the state after the last step.</summary>
    public StateBuffers? Final { get; set; }

    /// <summary>The target for what the heads do.</summary>
    public AccessTrace? Trace { get; set; }

    /// <summary><c>[T, B, O]</c>, for the cost.</summary>
    public float* Targets { get; set; }

    /// <summary><c>[T, B]</c>, for the cost.</summary>
    public float* Mask { get; set; }

    /// <summary>The gradient of the logits, <c>[T, B, O]</c>.</summary>
    public float* DLogits { get; set; }

    /// <summary>The gradient of the state after the last step.</summary>
    public StateBuffers? DFinal { get; set; }

    /// <summary>The target for the gradient of the given state.</summary>
    public StateBuffers? DGiven { get; set; }

    /// <summary>The target for the gradient of the inputs, <c>[T, B, I]</c>.</summary>
    public float* DInputs { get; set; }
}
