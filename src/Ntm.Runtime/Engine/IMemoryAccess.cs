namespace Ntm.Runtime.Engine;

/// <summary>A machine's use of its memory: the computation between the controller's output and the reads, for one sample.</summary>
internal unsafe interface IMemoryAccess
{
    /// <summary>Computes one step: from the raw outputs of the interface layers and the carried state to the reads and the new carried state.</summary>
    static abstract void Forward(in AccessStep step);

    /// <summary>Computes the gradients of a step. Those of the raw outputs replace the outputs; those of the carried state are replaced by those before the
    /// step.</summary>
    static abstract void Backward(in AccessStep step, float* dReads, float* dCarried);

    /// <summary>Copies one tensor of a given state, or of the gradient of the state after the last step, to the carried floats.</summary>
    static abstract void Load(AccessShape shape, int place, float* source, float* carried);

    /// <summary>Computes the carried data that is derived from the state, after the state has been loaded.</summary>
    static abstract void Complete(AccessShape shape, float* carried);

    /// <summary>Copies one tensor of a state, or of its gradient, from the carried floats.</summary>
    static abstract void Save(AccessShape shape, int place, float* carried, float* target);
}

/// <summary>A step of one sample.</summary>
internal unsafe ref struct AccessStep
{
    public AccessShape Shape;

    public AccessScratch Scratch;

    /// <summary>The carried state before the step.</summary>
    public float* Before;

    /// <summary>The carried state after the step.</summary>
    public float* After;

    /// <summary>The raw outputs of the interface layers; the backward pass replaces them by their gradients.</summary>
    public float* Raw;

    /// <summary>The data that the step keeps for its backward pass.</summary>
    public float* Kept;

    /// <summary>Forward: the target for the reads.</summary>
    public float* Reads;
}
