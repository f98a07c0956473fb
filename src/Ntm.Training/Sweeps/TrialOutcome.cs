namespace Ntm.Training;

/// <summary>What became of a trial: it has a result, or it has failed, or, where the sweep was cancelled, neither.</summary>
/// <typeparam name="TResult">What a trial gives.</typeparam>
/// <param name="Result">Its result; <see langword="null"/> if there is none.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> if it did not.</param>
public sealed record TrialOutcome<TResult>(TResult? Result, Exception? Failure)
    where TResult : class
{
    /// <summary>Whether the trial has not ended: the sweep was cancelled before.</summary>
    public bool IsPending => Result is null && Failure is null;
}
