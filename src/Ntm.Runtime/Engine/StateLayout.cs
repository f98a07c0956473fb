using System.Collections.Immutable;

namespace Ntm.Runtime.Engine;

/// <summary>One tensor of a state.</summary>
/// <param name="Name">Its name, such as <c>memory</c>.</param>
/// <param name="Shape">The sizes of one sample's part, without the batch.</param>
internal sealed record StateTensor(string Name, ImmutableArray<int> Shape)
{
    /// <summary>Elements of one sample's part.</summary>
    public int Size { get; } = checked(Shape.Aggregate(1, (product, size) => checked(product * size)));
}

/// <summary>
/// What is carried from step to step, as whoever calls sees it: a list of named tensors, the controller's first, then the memory access's. All that
/// copies, checks, differentiates or exchanges a state walks it.
/// </summary>
/// <param name="Controller">The controller's tensors, layer by layer.</param>
/// <param name="Access">The memory access's, the reads among them.</param>
internal sealed record StateLayout(ImmutableArray<StateTensor> Controller, ImmutableArray<StateTensor> Access)
{
    /// <summary>All tensors, in their order.</summary>
    public ImmutableArray<StateTensor> Tensors { get; } = [.. Controller, .. Access];
}
