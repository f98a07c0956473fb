namespace Ntm.Paper.Branches;

/// <summary>The training with larger batches that ends a search.</summary>
/// <param name="Sequences">Sequences that it took.</param>
/// <param name="Measured">The score of what came of it, on the sequences that the best of all generations is chosen by.</param>
/// <param name="Seconds">Seconds that it took, measuring included.</param>
internal sealed record Settlement(long Sequences, BranchScore Measured, double Seconds);
