using Ntm.Paper.Collect;
using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>Runs a sweep, or the part of one that this program has.</summary>
/// <param name="definition">The sweep.</param>
/// <param name="plan">Its trainings.</param>
/// <param name="folder">Its folder.</param>
/// <param name="shard">This program's part.</param>
/// <param name="terminal">Where progress is shown.</param>
internal sealed class SweepSession(SweepDefinition definition, SweepPlan plan, SweepFolder folder, Shard shard, Terminal terminal) : ISweepObserver<SweptTraining, TrainingSummary>
{
    private readonly Dictionary<string, TrialOutcome<TrainingSummary>> _outcomes = [];

    private bool IsSharded => shard.Count > 1;

    /// <summary>Trains what is missing.</summary>
    /// <param name="cancellation">Asks the trainings to save and end.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The folder holds something else, or does not lock files although several programs share it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        folder.Claim(definition);
        if (!folder.CanLock())
        {
            var what = $"{folder.Path} is on a file system without file locks (flock), or .NET does not use them here (DOTNET_SYSTEM_IO_DISABLEFILELOCKING)";
            if (IsSharded)
                throw new UsageException($"{what}: shards could run the same training twice; expected a file system with them.");
            terminal.Line($"Warning: {what}. Another program could run the same trainings at the same time.");
        }

        (Interruption.Grace, Interruption.Advice) = (TrainingQueue.Grace, "The trainings save and end. The same command resumes.");
        var isComplete = true;
        for (var rung = 0; isComplete && rung < plan.Rungs; rung++)
            isComplete = folder.Rung(rung, plan) is { } combinations && await RunAsync(rung, combinations, cancellation);
        var sweep = CollectedSweep.Read(folder, plan);
        // A shard sees the sweep at an arbitrary moment.
        if (IsSharded)
            terminal.Line(sweep.Counts());
        else
            CollectCommand.Show(sweep, withTimes: true, terminal);
        if (cancellation.IsCancellationRequested)
            terminal.Line("Interrupted. The same command resumes.");
        terminal.Line("For the table, sweep.csv and figures:");
        terminal.Line($"  {CollectedSweep.Command(folder.Path)}");
        Interruption.Advice = null;
        terminal.Result(sweep.Record(withTimes: true));
        return sweep.Trainings.All(t => t.State == CollectedTraining.Failed) ? ExitCode.Failure : ExitCode.Success;
    }

    public void OnWait(SweptTraining training)
    {
        // Of a shard's others that is what it expects.
        if (!IsSharded)
            terminal.Line($"{training.Name}: another process is training there; waiting for it.");
    }

    public void OnEnd(SweptTraining training, TrialOutcome<TrainingSummary> outcome)
    {
        _outcomes[training.Name] = outcome;
        // What was done before is in the number of the first line.
        if (outcome.Result is { } summary)
        {
            if (training.IsTrainedHere)
                terminal.Line(FormattableString.Invariant($"{training.Name}: {summary.Outcome} after {summary.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(summary.Seconds))}; {Measured(summary)}."));
        }
        else
        {
            terminal.Line($"{training.Name} failed, and the others continue: {outcome.Failure!.Message}");
        }
    }

    /// <summary>Runs a rung, and decides which combinations the next one has.</summary>
    /// <returns>Whether the next rung may begin.</returns>
    private async Task<bool> RunAsync(int rung, IReadOnlyList<int> combinations, CancellationToken cancellation)
    {
        var isLast = rung + 1 == plan.Rungs;
        SweptTraining[] trainings = [.. plan.Trainings(rung, combinations).Select(t => new SweptTraining(t, folder, shard.Owns(t.Number)))];
        var part = IsSharded ? $" This is shard {shard}." : "";
        var of = plan.IsHalving ? FormattableString.Invariant($"Rung {rung + 1} of {plan.Rungs}, {trainings[0].Training.Settings.Sequences:N0} sequences each: ") : "";
        terminal.Line($"{of}{trainings.Length} {(trainings.Length == 1 ? "training" : "trainings")} of {plan.Task}, of which {trainings.Count(IsDone)} are done; {TrainingQueue.AtOnce(trainings.Length)} at once.{part} Ctrl-C stops and saves; the same command resumes.");
        // The next rung needs all results of this one, also those of other programs. Alone, others can only be what a killed program has left, which ends soon.
        if (!await TrainingQueue.RunAsync(trainings, this, terminal, cancellation, shard, waitsForBusy: !isLast || !IsSharded) || isLast)
            return false;
        if (folder.Rung(rung + 1, plan) is not null)
            return true;
        if (trainings.Any(t => !_outcomes.TryGetValue(t.Name, out var outcome) || outcome.Result is { IsInterrupted: true }))
        {
            terminal.Line($"Rung {rung + 1} is not complete, for another program interrupted some of its trainings. The same command resumes.");
            return false;
        }

        var scores = combinations.Select(number => ScoreOf([.. trainings.Where(t => t.Training.Combination.Number == number).Select(t => _outcomes[t.Name])])).ToList();
        var best = SuccessiveHalving.Best(scores, plan.CombinationsIn(rung + 1));
        if (best.Count == 0)
        {
            terminal.Line($"All trainings of rung {rung + 1} failed: there is no next one.");
            return false;
        }

        folder.WriteRung(rung + 1, [.. best.Select(i => combinations[i])]);
        return true;
    }

    /// <summary>More solved trainings are better, and then a lower median cost; a combination all of whose trainings failed has no score.</summary>
    private static (int Unsolved, double Cost)? ScoreOf(IReadOnlyList<TrialOutcome<TrainingSummary>> outcomes)
    {
        List<TrainingSummary> results = [.. outcomes.Select(o => o.Result).OfType<TrainingSummary>()];
        // A cost that is no number is the worst one.
        return results.Count == 0 ? null : (outcomes.Count - results.Count(r => r.Solved), Spread.Of(results.Select(r => r.ExcessCostBits ?? double.MaxValue)).Median);
    }

    private static bool IsDone(SweptTraining training)
    {
        try
        {
            return training.Done() is not null;
        }
        catch (Exception e) when (QueuedTraining.IsFault(e))
        {
            return false;
        }
    }

    private static string Measured(TrainingSummary summary) =>
        summary is { CostBits: { } cost, WrongBits: { } wrong } ? $"cost {TrainingReporter.Number(cost)}, wrong {TrainingReporter.Number(wrong)}" : "not yet measured";
}
