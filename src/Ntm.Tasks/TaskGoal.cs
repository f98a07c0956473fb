namespace Ntm.Tasks;

/// <summary>When a task counts as solved: both means, per sequence, at or below these.</summary>
/// <param name="CostBits">The largest mean cost above the optimum on the same sequences, in bits per sequence.</param>
/// <param name="WrongBits">The largest mean number of wrong bits per sequence; infinite where only the cost counts.</param>
public sealed record TaskGoal(double CostBits, double WrongBits)
{
    /// <summary>Whether a score reaches the goal.</summary>
    /// <param name="score">The score of held-out sequences.</param>
    public bool IsReachedBy(SequenceScore score) => score.ExcessCostBits <= CostBits && score.WrongBits <= WrongBits;
}
