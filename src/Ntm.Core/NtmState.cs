using System.Collections.Immutable;
using Ntm.Core.Engines;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Core;

/// <summary>
/// The state that a machine passes from one step to the next: an immutable value. No module stores any of it,
/// so sequences never interfere.
/// </summary>
/// <remarks>
/// A state that <see cref="NtmCell"/> returns under gradients on the CPU engine gets its values from the engine when a property is first read; until then, its
/// tensors are only a part of the graph. Steps that nobody looks at are faster.
/// </remarks>
public sealed class NtmState : IDisposable
{
    private readonly ImmutableArray<Tensor> _controller;
    private readonly Tensor[] _tensors;

    /// <summary>Creates a state. The tensors are not copied; disposing the state disposes them.</summary>
    /// <param name="controller">The tensors of the controller's state, each <c>[B, ...]</c>.</param>
    /// <param name="memory">The memory, <c>[B, N, M]</c>.</param>
    /// <param name="reads">The read vectors, <c>[B, R, M]</c>.</param>
    /// <param name="readWeightings">The read heads' weightings, <c>[B, R, N]</c>.</param>
    /// <param name="writeWeightings">The write heads' weightings, <c>[B, K, N]</c>.</param>
    public NtmState(ImmutableArray<Tensor> controller, Tensor memory, Tensor reads, Tensor readWeightings, Tensor writeWeightings)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(reads);
        ArgumentNullException.ThrowIfNull(readWeightings);
        ArgumentNullException.ThrowIfNull(writeWeightings);
        if (controller.IsDefault)
            throw new ArgumentException("The controller's state is a default array; expected an array, empty if it has no state.", nameof(controller));
        _controller = controller;
        _tensors = [.. controller, memory, reads, readWeightings, writeWeightings];
    }

    /// <summary>The tensors of the controller's state, each <c>[B, ...]</c>; empty for a controller without memory.</summary>
    public ImmutableArray<Tensor> Controller
    {
        get
        {
            Read();
            return _controller;
        }
    }

    /// <summary>The memory, <c>[B, N, M]</c>.</summary>
    public Tensor Memory => Read()[_controller.Length];

    /// <summary>The read vectors, <c>[B, R, M]</c>.</summary>
    public Tensor Reads => Read()[_controller.Length + 1];

    /// <summary>The read heads' weightings, <c>[B, R, N]</c>.</summary>
    public Tensor ReadWeightings => Read()[_controller.Length + 2];

    /// <summary>The write heads' weightings, <c>[B, K, N]</c>.</summary>
    public Tensor WriteWeightings => Read()[_controller.Length + 3];

    /// <summary>The number of sequences in the batch, <c>B</c>.</summary>
    public long BatchSize => _tensors[_controller.Length].size(0);

    /// <summary>Applies a function to each tensor, such as <c>t => t.detach()</c> or <c>t => t.to(device)</c>, and returns the new state.</summary>
    /// <param name="function">Maps a tensor to a tensor of the same shape.</param>
    public NtmState Select(Func<Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new NtmState(
            [.. Controller.Select(function)], function(Memory), function(Reads), function(ReadWeightings), function(WriteWeightings));
    }

    /// <summary>Returns the same values without their history: gradients stop here (truncated backpropagation through time).</summary>
    public NtmState Detach()
    {
        var detached = Select(t => t.detach());
        detached.Origin = Origin is { } origin ? origin with { Place = null } : null;
        return detached;
    }

    /// <summary>Moves the tensors to the dispose scope that encloses the current <see cref="DisposeScope"/>, so that they outlive the current one.</summary>
    /// <returns>This state.</returns>
    public NtmState MoveToOuterDisposeScope()
    {
        foreach (var tensor in _tensors)
            tensor.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>
    /// Returns this state, with a new tensor in place of each one that a component has passed on unchanged from <paramref name="earlier"/>. A state
    /// disposes its tensors, so two states must not share one.
    /// </summary>
    internal NtmState ApartFrom(NtmState? earlier)
    {
        if (earlier is null)
            return this;
        var shared = earlier.Tensors().Intersect(Tensors(), ReferenceEqualityComparer.Instance).ToList();
        return shared.Count == 0 ? this : Select(t => shared.Contains(t, ReferenceEqualityComparer.Instance) ? t.alias() : t);
    }

    /// <summary>The step that has computed this state; <see langword="null"/> for any other state.</summary>
    internal StepOrigin? Origin { get; set; }

    /// <summary>The tensors in the order of <see cref="Tensors"/>, without their values if nobody has read the state, see <see cref="StepPlace"/>.</summary>
    internal ReadOnlySpan<Tensor> Handles => _tensors;

    /// <summary>Returns the state of tensors in the order of <see cref="Tensors"/>.</summary>
    internal static NtmState Of(ReadOnlySpan<Tensor> tensors)
    {
        var controller = tensors.Length - 4;
        return new NtmState([.. tensors[..controller]], tensors[controller], tensors[controller + 1], tensors[controller + 2], tensors[controller + 3]);
    }

    /// <summary>Returns all tensors in a fixed order: controller state, memory, reads, read weightings, write weightings.</summary>
    internal IReadOnlyList<Tensor> Tensors() => Read();

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors)
            tensor.Dispose();
    }

    private Tensor[] Read()
    {
        if (Origin?.Place is { IsRead: false } place)
            place.Read(_tensors);
        return _tensors;
    }
}
