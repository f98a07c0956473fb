using System.Collections.Immutable;
using Ntm.Core;

namespace Ntm.Runtime.Controllers;

/// <summary>One of the sums of a unit: the blocks of <c>H</c> rows of the layer's tensors that it uses; -1 for none.</summary>
/// <param name="Input">The block of the input weights and their bias.</param>
/// <param name="State">The block of the state weights and their bias.</param>
internal readonly record struct SumBlock(int Input, int State);

/// <summary>
/// The layout of a controller's layers for all engines: their parameters, their state, and how parameters form the sums of a unit. A layer
/// computes the sums as one product of its row (its own previous output, then its input, then a one). The controller's kernel does the rest.
/// </summary>
internal sealed record ControllerLayout
{
    /// <summary>The controller.</summary>
    public required ControllerKind Kind { get; init; }

    /// <summary>The sums of a unit, in the order of the engine.</summary>
    public required ImmutableArray<SumBlock> Sums { get; init; }

    /// <summary>The name of the weights of the layer's input, <c>[blocks * H, In]</c>.</summary>
    public required string InputWeight { get; init; }

    /// <summary>The name of the bias of the input blocks, <c>[blocks * H]</c>.</summary>
    public required string InputBias { get; init; }

    /// <summary>The name of the weights of the layer's own previous output, <c>[blocks * H, H]</c>; <see langword="null"/> for a layer without
    /// memory.</summary>
    public string? StateWeight { get; init; }

    /// <summary>The name of the bias of the state blocks, <c>[blocks * H]</c>; <see langword="null"/> if there is none.</summary>
    public string? StateBias { get; init; }

    /// <summary>The name of the learned output before the first step, <c>[H]</c>; present if and only if there is a <see cref="StateWeight"/>.</summary>
    public string? InitialOutput { get; init; }

    /// <summary>The name of the learned cell state before the first step, <c>[H]</c>; <see langword="null"/> for a layer without a cell state.</summary>
    public string? InitialCell { get; init; }

    /// <summary>Whether a layer uses its own previous output.</summary>
    public bool Recurs => StateWeight is not null;

    /// <summary>Whether a layer has a cell state besides its output.</summary>
    public bool HasCell => InitialCell is not null;

    /// <summary>The number of blocks of rows of the input weights.</summary>
    public int InputBlocks => 1 + Sums.Max(s => s.Input);

    /// <summary>The number of blocks of rows of the state weights; 0 if there are none.</summary>
    public int StateBlocks => 1 + Sums.Max(s => s.State);

    /// <summary>Returns the state of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="units">The number of its units, <c>H</c>.</param>
    public IEnumerable<Engine.StateTensor> State(int layer, int units)
    {
        if (Recurs)
            yield return new($"h_{layer}", [units]);
        if (HasCell)
            yield return new($"c_{layer}", [units]);
    }
}
