namespace Ntm.Runtime.Engine;

/// <summary>The addresses of the parameters and start values of a call: those of the live model, or those that a graph has saved.</summary>
internal unsafe interface IModelMemory
{
    /// <summary>Writes the addresses of the current parameters, in the table's order.</summary>
    void ReadParameters(float** pointers);

    /// <summary>Writes the addresses of the start values, in the memory access's order; <see langword="null"/> for those that are learned.</summary>
    void ReadStarts(float** pointers);
}
