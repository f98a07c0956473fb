using Ntm.Paper.Runs;

namespace Ntm.Paper.Seeds;

/// <summary>What became of one seed of a sweep.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Summary">What its training gave; <see langword="null"/> if it failed or has not ended.</param>
/// <param name="Failure">Why it failed, if it did.</param>
internal sealed record SeedOutcome(int Seed, TrainingSummary? Summary, string? Failure)
{
    /// <summary>Its training, if it was measured on held-out sequences.</summary>
    public TrainingSummary? Measured => Summary is { CostBits: not null } ? Summary : null;

    /// <summary>Why there are no numbers, in words.</summary>
    public string Reason => Failure
        ?? (Summary is { } summary ? FormattableString.Invariant($"{(summary.IsInterrupted ? "interrupted" : summary.Outcome)} after {summary.SequencesSeen:N0} sequences, not yet measured") : "not yet measured");

    /// <summary>The record for <c>--json</c>.</summary>
    public object Record => (object?)Summary ?? new { seed = Seed, outcome = Failure is null ? "unmeasured" : "failed", reason = Reason };
}
