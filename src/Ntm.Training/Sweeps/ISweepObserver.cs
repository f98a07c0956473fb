namespace Ntm.Training;

/// <summary>Observes the trials of a sweep. Methods are called one at a time, on threads of the pool, and do nothing by default. What they throw ends the
/// sweep.</summary>
/// <typeparam name="TTrial">The trials.</typeparam>
/// <typeparam name="TResult">What a trial gives.</typeparam>
public interface ISweepObserver<in TTrial, TResult>
    where TResult : class
{
    /// <summary>A trial begins to run. A trial that has its result already ends without.</summary>
    /// <param name="trial">The trial.</param>
    void OnStart(TTrial trial)
    {
    }

    /// <summary>A trial must wait for another program that is running it; called once for each trial that does.</summary>
    /// <param name="trial">The trial.</param>
    void OnWait(TTrial trial)
    {
    }

    /// <summary>A trial has ended, with a result or a failure.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="outcome">What became of it; not pending.</param>
    void OnEnd(TTrial trial, TrialOutcome<TResult> outcome)
    {
    }
}
