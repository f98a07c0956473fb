namespace Ntm.Runtime.Engine;

/// <summary>Where the numbers that a call computes with lie: those of the live model, or those that a graph has saved.</summary>
internal unsafe interface IModelMemory
{
    /// <summary>The parameters as they now are, in the table's order.</summary>
    void ReadParameters(float** pointers);

    /// <summary>What a sequence starts from where that is not learned, in the memory access's order; <see langword="null"/> for what is.</summary>
    void ReadStarts(float** pointers);
}
