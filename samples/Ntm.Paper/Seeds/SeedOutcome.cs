using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Seeds;

/// <summary>What became of one seed of a sweep.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Trial">What became of its training.</param>
internal sealed record SeedOutcome(int Seed, TrialOutcome<TrainingSummary> Trial)
{
    /// <summary>Why it failed, if it did.</summary>
    public string? Failure => Trial.Failure?.Message;

    /// <summary>Its training, if it was measured on held-out sequences.</summary>
    public TrainingSummary? Measured => Trial.Result is { CostBits: not null } summary ? summary : null;

    /// <summary>Why there are no numbers, in words.</summary>
    public string Reason => Failure
        ?? (Trial.Result is { } summary ? FormattableString.Invariant($"{(summary.IsInterrupted ? "interrupted" : summary.Outcome)} after {summary.SequencesSeen:N0} sequences, not yet measured") : "not yet measured");

    /// <summary>The record for <c>--json</c>.</summary>
    public object Record => (object?)Trial.Result ?? new { seed = Seed, outcome = Failure is null ? "unmeasured" : "failed", reason = Reason };
}
