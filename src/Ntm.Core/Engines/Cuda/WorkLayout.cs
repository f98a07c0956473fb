
namespace Ntm.Core.Engines.Cuda;

/// <summary>
/// The places of a block's working data. <c>Work.cu</c> takes the same arrays in the same order. Arrays that fit are in shared memory, vectors
/// first; the others are in global memory.
/// </summary>
/// <param name="SharedVectors">Whether the vectors are in shared memory.</param>
/// <param name="SharedMemory">Whether the matrices are in shared memory.</param>
/// <param name="SharedBytes">The number of bytes of shared memory of a block.</param>
/// <param name="OutsideFloats">The number of floats of global memory for each block.</param>
internal readonly record struct WorkLayout(bool SharedVectors, bool SharedMemory, int SharedBytes, long OutsideFloats)
{
    /// <summary>The number of floats at the beginning of shared memory that every shape needs: <c>PARTIALS</c> of <c>Cooperation.cu</c>.</summary>
    private const int Partials = 128;

    /// <summary>The number of bytes of shared memory that a block needs for every shape.</summary>
    public static int FixedBytes(int threads) => (Partials + threads) * sizeof(float);

    /// <param name="shape">The machine.</param>
    /// <param name="threads">The number of threads per block.</param>
    /// <param name="available">The maximum number of bytes of shared memory per block.</param>
    public static WorkLayout Forward(MachineShape shape, int threads, int available) =>
        Plan(ForwardVectors(shape), 1, 0, shape, threads, available);

    /// <inheritdoc cref="Forward"/>
    public static WorkLayout Backward(MachineShape shape, int threads, int available)
    {
        // With several write heads, there is a factor of the other heads for each head and element: always in global memory.
        var others = shape.Ntm().Write.Count > 1 ? (long)shape.Ntm().Write.Count * shape.Ntm().Locations * shape.Ntm().Width : 0;
        // The gradient of the memory is in global memory if it does not fit; the memory itself is then read from the history.
        return Plan(BackwardVectors(shape), 2, others, shape, threads, available);
    }

    private static WorkLayout Plan(long vectors, int matrices, long others, MachineShape shape, int threads, int available)
    {
        var fixedFloats = FixedBytes(threads) / sizeof(float);
        var inside = matrices * (long)shape.Ntm().Locations * (shape.Ntm().Width | 1);
        // Data that the forward pass has kept is not copied to global memory, so the last matrix needs no space there.
        var outside = (matrices - 1) * (long)shape.Ntm().Locations * shape.Ntm().Width;
        var room = available / sizeof(float) - fixedFloats;
        var sharedVectors = vectors <= room;
        var sharedMemory = inside + (sharedVectors ? vectors : 0) <= room;
        var floats = fixedFloats + (sharedVectors ? vectors : 0) + (sharedMemory ? inside : 0);
        return new WorkLayout(
            sharedVectors, sharedMemory, (int)floats * sizeof(float), (sharedVectors ? 0 : vectors) + (sharedMemory ? 0 : outside) + others);
    }

    private static long ForwardVectors(MachineShape shape) =>
        shape.Inputs + shape.ReadWidth + 3L * shape.Layers * shape.Units + 2L * shape.HeadOutputs + shape.Ntm().Heads + 3L * shape.Ntm().Heads * shape.Ntm().Locations;

    private static long BackwardVectors(MachineShape shape) =>
        2L * shape.Layers * shape.Units + shape.ReadWidth + shape.Outputs + (2L + shape.Controller.Sums.Length) * shape.Units + 3L * shape.HeadOutputs
        + 2L * shape.Ntm().Heads + 6L * shape.Ntm().Heads * shape.Ntm().Locations;
}
