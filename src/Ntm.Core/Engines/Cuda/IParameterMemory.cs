namespace Ntm.Core.Engines.Cuda;

/// <summary>Where a machine's parameters lie on the device.</summary>
internal unsafe interface IParameterMemory
{
    /// <summary>The parameters as they now are, in the table's order.</summary>
    void ReadParameters(float** pointers);

    /// <summary>What a sequence starts from where that is not learned.</summary>
    StartValues Starts();
}

/// <summary>Values on the device that are not learned; <see langword="null"/> for what is.</summary>
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
