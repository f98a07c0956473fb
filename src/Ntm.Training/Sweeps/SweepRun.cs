namespace Ntm.Training;

/// <summary>The state of a sweep that is being run, which its workers share.</summary>
internal sealed class SweepRun<TTrial, TResult>
    where TTrial : ITrial<TResult>
    where TResult : class
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly IReadOnlyList<TTrial> _trials;
    private readonly SweepOptions _options;
    private readonly ISweepObserver<TTrial, TResult>? _observer;
    private readonly CancellationToken _cancellation;
    private readonly TrialOutcome<TResult>[] _outcomes;

    /// <summary>One at a time: the observer, and what the workers share.</summary>
    private readonly Lock _turn = new();

    /// <summary>Trials by their numbers, since a sweep may have the same trial twice.</summary>
    private readonly Queue<int> _ready;

    /// <summary>Trials that another program was running when they were last asked.</summary>
    private readonly Queue<int> _busy = new();

    private readonly HashSet<int> _told = [];
    private bool _isBroken;

    public SweepRun(IReadOnlyList<TTrial> trials, SweepOptions options, ISweepObserver<TTrial, TResult>? observer, CancellationToken cancellation)
    {
        (_trials, _options, _observer, _cancellation) = (trials, options, observer, cancellation);
        _outcomes = new TrialOutcome<TResult>[trials.Count];
        Array.Fill(_outcomes, new TrialOutcome<TResult>(null, null));
        _ready = new Queue<int>(options.Shard.Order(trials.Count));
    }

    public IReadOnlyList<TrialOutcome<TResult>> Outcomes => _outcomes;

    /// <summary>Runs trials until none is left that no other worker has.</summary>
    public async Task WorkAsync()
    {
        try
        {
            while (TryTake(out var index, out var isBusy))
            {
                if (isBusy)
                    await Task.Delay(Pause, _cancellation).ConfigureAwait(false);
                await RunOneAsync(index).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            // Trials that were running have saved; the others are pending.
        }
        catch
        {
            lock (_turn)
                _isBroken = true;
            throw;
        }
    }

    private bool TryTake(out int index, out bool isBusy)
    {
        lock (_turn)
        {
            (index, isBusy) = (-1, false);
            if (_isBroken || _cancellation.IsCancellationRequested)
                return false;
            isBusy = _ready.Count == 0;
            return isBusy ? _options.WaitsForBusy && _busy.TryDequeue(out index) : _ready.TryDequeue(out index);
        }
    }

    private async Task RunOneAsync(int index)
    {
        var trial = _trials[index];
        // A cancellation may become known here only after a trial that it has ended.
        _cancellation.ThrowIfCancellationRequested();
        var outcome = await TryAsync(() => Task.FromResult(trial.FindResult())).ConfigureAwait(false);
        if (outcome is { IsPending: true })
        {
            lock (_turn)
                _observer?.OnStart(trial);
            outcome = await TryAsync(async () => await trial.RunAsync(_cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        }

        lock (_turn)
        {
            if (outcome is null)
            {
                _busy.Enqueue(index);
                if (_told.Add(index))
                    _observer?.OnWait(trial);
                return;
            }

            _outcomes[index] = outcome;
            _observer?.OnEnd(trial, outcome);
        }
    }

    /// <summary>A step of a trial: its outcome, or <see langword="null"/> while another program is running the trial.</summary>
    private async Task<TrialOutcome<TResult>?> TryAsync(Func<Task<TResult?>> step)
    {
        try
        {
            return new TrialOutcome<TResult>(await step().ConfigureAwait(false), null);
        }
        catch (TrialBusyException)
        {
            return null;
        }
        catch (Exception e)
        {
            // What a cancellation ended has not failed.
            _cancellation.ThrowIfCancellationRequested();
            return new TrialOutcome<TResult>(null, e);
        }
    }
}
