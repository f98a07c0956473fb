namespace Ntm.Runtime.Engine;

/// <summary>The groups that a batch is divided into.</summary>
internal static class SampleGroups
{
    /// <summary>The number of elements of a memory above which samples are computed alone: then their histories matter more than their products with the
    /// weights.</summary>
    private const int LargeMemory = 1 << 18;

    /// <summary>Returns the number of samples of a group.</summary>
    public static int Rows(MachineShape shape) => shape.Access.MemorySize > LargeMemory ? 1 : 4;
}
