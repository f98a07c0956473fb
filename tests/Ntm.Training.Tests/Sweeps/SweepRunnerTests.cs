namespace Ntm.Training.Tests.Sweeps;

public class SweepRunnerTests
{
    [Fact]
    public async Task Each_trial_has_its_outcome_and_a_failure_does_not_end_the_others()
    {
        Trial[] trials = [new("a", _ => Task.FromResult("1")), new("b", _ => throw new InvalidDataException("broken")), new("c", _ => Task.FromResult("3"))];
        var observer = new Observer();
        var outcomes = await SweepRunner.RunAsync(trials, atOnce: 1, observer, TestContext.Current.CancellationToken);
        Assert.Equal(["1", null, "3"], outcomes.Select(o => o.Result));
        Assert.Equal([null, "broken", null], outcomes.Select(o => o.Failure?.Message));
        Assert.Equal(["a starts", "a: 1", "b starts", "b: broken", "c starts", "c: 3"], observer.Lines);
    }

    [Fact]
    public async Task What_is_done_is_not_run_again()
    {
        Trial[] trials = [new("a", _ => throw new InvalidOperationException()) { Find = () => "before" }, new("b", _ => Task.FromResult("2"))];
        var observer = new Observer();
        var outcomes = await SweepRunner.RunAsync(trials, atOnce: 1, observer, TestContext.Current.CancellationToken);
        Assert.Equal(["before", "2"], outcomes.Select(o => o.Result));
        Assert.Equal(["a: before", "b starts", "b: 2"], observer.Lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_run_at_once_than_may(int atOnce)
    {
        var (running, most) = (0, 0);
        var turn = new Lock();
        Trial[] trials = [.. Enumerable.Range(0, 9).Select(i => new Trial($"{i}", Run))];
        await SweepRunner.RunAsync(trials, atOnce, (Observer?)null, TestContext.Current.CancellationToken);
        Assert.Equal(atOnce, most);

        async Task<string> Run(CancellationToken cancellation)
        {
            lock (turn)
                most = Math.Max(most, ++running);
            await Task.Delay(50, cancellation);
            lock (turn)
                running--;
            return "";
        }
    }

    /// <summary>It keeps no room that another trial could use.</summary>
    [Fact]
    public async Task A_trial_that_another_program_runs_is_waited_for_after_all_others()
    {
        var asked = 0;
        Trial[] trials =
        [
            new("a", _ => Task.FromResult("1")) { Find = () => ++asked < 3 ? throw new TrialBusyException("busy") : null },
            new("b", _ => ++asked < 5 ? throw new TrialBusyException("busy") : Task.FromResult("2")),
        ];
        var observer = new Observer();
        var outcomes = await SweepRunner.RunAsync(trials, atOnce: 1, observer, TestContext.Current.CancellationToken);
        Assert.Equal(["1", "2"], outcomes.Select(o => o.Result));
        Assert.Equal(["a waits", "b starts", "b waits", "a starts", "a: 1", "b starts", "b starts", "b: 2"], observer.Lines);
    }

    [Fact]
    public async Task A_trial_that_another_program_runs_may_be_left_to_it()
    {
        Trial[] trials = [new("a", _ => Task.FromResult("1")) { Find = () => throw new TrialBusyException("busy") }, new("b", _ => Task.FromResult("2"))];
        var observer = new Observer();
        var outcomes = await SweepRunner.RunShardAsync(trials, new SweepOptions { AtOnce = 2, WaitsForBusy = false }, observer, TestContext.Current.CancellationToken);
        Assert.Equal([true, false], outcomes.Select(o => o.IsPending));
        Assert.Equal(["a waits", "b starts", "b: 2"], observer.Lines.Order());
    }

    [Fact]
    public async Task A_shard_runs_its_own_share_first_and_then_what_is_left()
    {
        Trial[] trials = [.. Enumerable.Range(0, 7).Select(i => new Trial($"{i}", _ => Task.FromResult("")) { Find = () => i == 3 ? "done" : null })];
        var observer = new Observer();
        var outcomes = await SweepRunner.RunShardAsync(trials, new SweepOptions { Shard = new Shard(1, 3) }, observer, TestContext.Current.CancellationToken);
        Assert.Equal(7, outcomes.Count(o => o.Result is not null));
        Assert.Equal(["1", "4", "2", "5", "0", "6"], observer.Lines.Where(line => line.EndsWith(" starts", StringComparison.Ordinal)).Select(line => line[..1]));
    }

    /// <summary>One has saved and says what it has, one throws, one never began.</summary>
    [Fact]
    public async Task A_cancelled_sweep_ends_as_usual_with_what_has_ended()
    {
        using var cancel = new CancellationTokenSource();
        var bothRun = new TaskCompletionSource();
        var running = 0;
        Trial[] trials = [new("a", Saving), new("b", Throwing), new("c", _ => Task.FromResult("3"))];
        var observer = new Observer();
        var sweep = SweepRunner.RunAsync(trials, atOnce: 2, observer, cancel.Token);
        await bothRun.Task;
        await cancel.CancelAsync();
        var outcomes = await sweep;
        Assert.Equal([false, true, true], outcomes.Select(o => o.IsPending));
        Assert.Equal("saved", outcomes[0].Result);
        Assert.Equal(["a starts", "a: saved", "b starts"], observer.Lines.Order());

        async Task<string> Saving(CancellationToken cancellation)
        {
            await EndAsync(cancellation);
            return "saved";
        }

        async Task<string> Throwing(CancellationToken cancellation)
        {
            await EndAsync(cancellation);
            throw new InvalidDataException("ended by the signal");
        }

        async Task EndAsync(CancellationToken cancellation)
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellation.Register(cancelled.SetResult);
            if (Interlocked.Increment(ref running) == 2)
                bothRun.SetResult();
            await cancelled.Task;
        }
    }

    /// <summary>The trial ends inside of the cancellation, before anything else hears of it.</summary>
    [Fact]
    public async Task No_trial_begins_after_one_that_the_cancellation_has_ended()
    {
        using var cancel = new CancellationTokenSource();
        var runs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Trial[] trials = [new("a", SavingAsync), new("b", _ => Task.FromResult("2"))];
        var observer = new Observer();
        var sweep = SweepRunner.RunAsync(trials, atOnce: 1, observer, cancel.Token);
        await runs.Task;
        await cancel.CancelAsync();
        var outcomes = await sweep;
        Assert.Equal([false, true], outcomes.Select(o => o.IsPending));
        Assert.Equal(["a starts", "a: saved"], observer.Lines);

        async Task<string> SavingAsync(CancellationToken cancellation)
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellation.Register(cancelled.SetResult);
            runs.SetResult();
            await cancelled.Task;
            return "saved";
        }
    }

    [Fact]
    public async Task A_trial_that_gives_up_by_itself_has_failed()
    {
        var outcomes = await SweepRunner.RunAsync((Trial[])[new("a", _ => throw new OperationCanceledException())], 1, (Observer?)null, TestContext.Current.CancellationToken);
        Assert.IsType<OperationCanceledException>(outcomes[0].Failure);
    }

    [Fact]
    public async Task What_an_observer_throws_ends_the_sweep()
    {
        var observer = new Observer { Fails = true };
        await Assert.ThrowsAsync<NotSupportedException>(() => SweepRunner.RunAsync((Trial[])[new("a", _ => Task.FromResult(""))], 1, observer, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task None_end_at_once_and_none_at_once_is_refused()
    {
        Assert.Empty(await SweepRunner.RunAsync((Trial[])[], 1, (Observer?)null, TestContext.Current.CancellationToken));
        var thrown = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SweepRunner.RunAsync((Trial[])[], 0, (Observer?)null, TestContext.Current.CancellationToken));
        Assert.Equal("atOnce", thrown.ParamName);
    }

    private sealed class Trial(string name, Func<CancellationToken, Task<string>> run) : ITrial<string>
    {
        public string Name => name;

        public Func<string?> Find { get; init; } = () => null;

        public string? FindResult() => Find();

        public Task<string> RunAsync(CancellationToken cancellationToken) => run(cancellationToken);
    }

    private sealed class Observer : ISweepObserver<Trial, string>
    {
        public List<string> Lines { get; } = [];

        public bool Fails { get; init; }

        public void OnStart(Trial trial)
        {
            Lines.Add($"{trial.Name} starts");
            if (Fails)
                throw new NotSupportedException();
        }

        public void OnWait(Trial trial) => Lines.Add($"{trial.Name} waits");

        public void OnEnd(Trial trial, TrialOutcome<string> outcome) => Lines.Add($"{trial.Name}: {outcome.Result ?? outcome.Failure!.Message}");
    }
}
