namespace Ntm.Runtime.Engine;

/// <summary>What a call does with its history.</summary>
internal enum CallKind
{
    /// <summary>Forward alone: nothing is kept.</summary>
    Forward,

    /// <summary>Forward now, backward perhaps later: every group keeps its history.</summary>
    ForwardThenBackward,

    /// <summary>Forward and backward group by group, with the loss computed here: a thread's history is that of its current group.</summary>
    Train,
}

/// <summary>Where a call's arguments and results lie. All arrays are time-major; <see langword="null"/> for what is not there.</summary>
internal sealed unsafe class BatchCall
{
    public CallKind Kind { get; set; }

    /// <summary>The numbers that it computes with, as they lie now.</summary>
    public IModelMemory Model { get; set; } = null!;

    /// <summary><c>T</c></summary>
    public int Steps { get; set; }

    /// <summary><c>B</c></summary>
    public int Batch { get; set; }

    /// <summary><c>[T, B, I]</c></summary>
    public float* Inputs { get; set; }

    /// <summary>The state before the first step, or <see langword="null"/> for the machine's own.</summary>
    public StateBuffers? Given { get; set; }

    /// <summary>Where the clipped logits go, <c>[T, B, O]</c>.</summary>
    public float* Logits { get; set; }

    /// <summary>Where the state after the last step goes.</summary>
    public StateBuffers? Final { get; set; }

    /// <summary>Where what the heads do goes.</summary>
    public AccessTrace? Trace { get; set; }

    /// <summary><c>[T, B, O]</c>, for the cost.</summary>
    public float* Targets { get; set; }

    /// <summary><c>[T, B]</c>, for the cost.</summary>
    public float* Mask { get; set; }

    /// <summary>The gradient of the logits, <c>[T, B, O]</c>.</summary>
    public float* DLogits { get; set; }

    /// <summary>The gradient of the state after the last step.</summary>
    public StateBuffers? DFinal { get; set; }

    /// <summary>Where the gradient of the given state goes.</summary>
    public StateBuffers? DGiven { get; set; }

    /// <summary>Where the gradient of the inputs goes, <c>[T, B, I]</c>.</summary>
    public float* DInputs { get; set; }
}
