namespace Ntm.Training;

/// <summary>One of several trainings that a <see cref="SweepRunner"/> runs: in this process, in another one, or wherever it likes.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
public interface ITrial<TResult>
    where TResult : class
{
    /// <summary>The result, if there is no need to run: an earlier sweep, or another program, may have run the trial. By default there is none.</summary>
    /// <returns>The result; <see langword="null"/> if the trial must run.</returns>
    /// <exception cref="TrialBusyException">Another program is running it.</exception>
    TResult? FindResult() => null;

    /// <summary>Runs the trial, or resumes it. Called on a thread of the pool, which it may use as long as it needs.</summary>
    /// <param name="cancellationToken">Asks it to save and to end. It may then return what it has, or throw an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="TrialBusyException">Another program is running it: the runner asks again.</exception>
    Task<TResult> RunAsync(CancellationToken cancellationToken);
}
