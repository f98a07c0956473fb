namespace Ntm.Training;

/// <summary>The outcome of a trial: a result, or a failure, or neither if the sweep was cancelled.</summary>
/// <typeparam name="TResult">The result of a trial.</typeparam>
/// <param name="Result">Its result; <see langword="null"/> if there is none.</param>
/// <param name="Failure">Why it failed; <see langword="null"/> if it did not.</param>
public sealed record TrialOutcome<TResult>(TResult? Result, Exception? Failure)
    where TResult : class
{
    /// <summary>Whether the trial has not ended: the sweep was cancelled before.</summary>
    public bool IsPending => Result is null && Failure is null;
}
