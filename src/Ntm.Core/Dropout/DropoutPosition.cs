namespace Ntm.Core;

/// <summary>
/// A position in a stream of dropout masks. The mask of a step is a function of the seed, the number of the sequence, the step and the unit, and
/// of nothing else: not of the engine, the batch or torch's generators.
/// </summary>
/// <param name="Seed">The seed of the stream.</param>
/// <param name="Sequence">The number of the next sequence.</param>
public readonly record struct DropoutPosition(ulong Seed, long Sequence);
