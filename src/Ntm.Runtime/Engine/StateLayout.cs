using System.Collections.Immutable;

namespace Ntm.Runtime.Engine;

/// <summary>One tensor of a state.</summary>
/// <param name="Name">Its name, such as <c>memory</c>.</param>
/// <param name="Shape">The sizes of one sample's part, without the batch.</param>
internal sealed record StateTensor(string Name, ImmutableArray<int> Shape)
{
    /// <summary>The number of elements of one sample's part.</summary>
    public int Size { get; } = checked(Shape.Aggregate(1, (product, size) => checked(product * size)));
}

/// <summary>
/// The state that is passed from step to step, as callers see it: a list of named tensors, the controller's first, then the memory access's. All code that
/// copies, checks, differentiates or exchanges a state iterates over it.
/// </summary>
/// <param name="Controller">The controller's tensors, layer by layer.</param>
/// <param name="Access">The tensors of the memory access, the reads included.</param>
internal sealed record StateLayout(ImmutableArray<StateTensor> Controller, ImmutableArray<StateTensor> Access)
{
    /// <summary>All tensors, in their order.</summary>
    public ImmutableArray<StateTensor> Tensors { get; } = [.. Controller, .. Access];
}
