namespace Ntm.Runtime.Engine;

/// <summary>How a machine uses its memory: what happens between the controller's output and the reads, for one sample.</summary>
internal unsafe interface IMemoryAccess
{
    /// <summary>One step: from the raw outputs of the interface layers and what is carried to the reads and what is carried on.</summary>
    static abstract void Forward(in AccessStep step);

    /// <summary>The gradients of a step. Those of the raw outputs take their place; those of what is carried are replaced by those before the step.</summary>
    static abstract void Backward(in AccessStep step, float* dReads, float* dCarried);

    /// <summary>Takes one tensor of a given state, or of the gradient of the state after the last step, into the carried floats.</summary>
    static abstract void Load(AccessShape shape, int place, float* source, float* carried);

    /// <summary>Computes what is carried besides the state itself, once it has been loaded.</summary>
    static abstract void Complete(AccessShape shape, float* carried);

    /// <summary>Gives one tensor of a state, or of its gradient, from the carried floats.</summary>
    static abstract void Save(AccessShape shape, int place, float* carried, float* target);
}

/// <summary>A step of one sample.</summary>
internal unsafe ref struct AccessStep
{
    public AccessShape Shape;

    public AccessScratch Scratch;

    /// <summary>What is carried, before the step.</summary>
    public float* Before;

    /// <summary>What is carried, after the step.</summary>
    public float* After;

    /// <summary>The raw outputs of the interface layers; in the backward pass replaced by their gradients.</summary>
    public float* Raw;

    /// <summary>What the step leaves for its backward pass.</summary>
    public float* Kept;

    /// <summary>Forward: where the reads go.</summary>
    public float* Reads;
}
