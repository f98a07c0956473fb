namespace Ntm.Paper.Branches;

/// <summary>One generation of branches.</summary>
/// <param name="Branch">The branch that went on, from 0.</param>
/// <param name="LearningRate">The learning rate that it began with.</param>
/// <param name="Chosen">Its score on the sequences that it was chosen by.</param>
/// <param name="Measured">Its score on the sequences that the best of all generations is chosen by.</param>
/// <param name="Seconds">Seconds that the generation took, measuring included.</param>
internal sealed record Generation(int Branch, double LearningRate, BranchScore Chosen, BranchScore Measured, double Seconds);
