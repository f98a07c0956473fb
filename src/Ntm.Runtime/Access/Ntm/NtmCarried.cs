namespace Ntm.Runtime.Access;

/// <summary>The state of one sample that is passed from step to step, or its gradient.</summary>
internal readonly unsafe struct NtmCarried(NtmShape shape, float* start)
{
    /// <summary>The memory in blocks.</summary>
    public float* Memory { get; } = start;

    /// <summary>The inverse norms of the memory's rows; a gradient has none.</summary>
    public float* RowScales => Memory + shape.MemorySize;

    public float* Weighting(int head) => RowScales + shape.LocationsPadded + (nint)head * shape.LocationsPadded;

    /// <summary>Computes the norms again.</summary>
    public void Complete() => MemoryPasses.RowScales(Memory, RowScales, shape.Blocks, shape.Width);
}
