namespace Ntm.Runtime.Access;

/// <summary>The start values that are not learned; <see langword="null"/> for those that are.</summary>
internal unsafe struct NtmStartValues
{
    private const int Count = 5;

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

    /// <summary>Returns those of a model.</summary>
    public static NtmStartValues Of(IModelMemory model)
    {
        var pointers = stackalloc float*[Count];
        model.ReadStarts(pointers);
        return new() { ReadWeighting = pointers[0], WriteWeighting = pointers[1], Read = pointers[2], Constant = pointers[3], Matrix = pointers[4] };
    }

    /// <summary>Writes the pointers in the order of <see cref="IModelMemory.ReadStarts"/>.</summary>
    public readonly void CopyTo(float** pointers)
    {
        pointers[0] = ReadWeighting;
        pointers[1] = WriteWeighting;
        pointers[2] = Read;
        pointers[3] = Constant;
        pointers[4] = Matrix;
    }
}
