namespace Ntm.Runtime.Engine;

/// <summary>Where the numbers that a call computes with lie: those of the live model, or those that a graph has saved.</summary>
internal unsafe interface IModelMemory
{
    /// <summary>The parameters as they now are, in the table's order.</summary>
    void ReadParameters(float** pointers);

    /// <summary>What a sequence starts from where that is not learned.</summary>
    StartValues Starts();
}

/// <summary>Values that are not learned; <see langword="null"/> for what is.</summary>
internal unsafe struct StartValues
{
    /// <summary>One value for all initial read weightings.</summary>
    public float* ReadWeighting;

    /// <summary>One value for all initial write weightings.</summary>
    public float* WriteWeighting;

    /// <summary>One value for all initial reads.</summary>
    public float* Read;

    /// <summary>One value for the whole memory.</summary>
    public float* Constant;

    /// <summary>The memory, <c>[N, M]</c>.</summary>
    public float* Matrix;
}
