using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>Trains what a plan lacks and measures all its models. What was done before is not done again.</summary>
/// <param name="plan">The plan.</param>
/// <param name="withShipped">Whether the models that come with the program take part.</param>
/// <param name="terminal">Where progress is shown.</param>
internal sealed class Reproducer(ReproductionPlan plan, bool withShipped, Terminal terminal) : ISweepObserver<PlannedTraining, TrainingSummary>
{
    /// <summary>By the training's folder.</summary>
    private readonly Dictionary<string, string> _failures = [];

    private readonly Lock _turn = new();
    private bool _isCancelled;

    /// <summary>Refuses a plan that would replace trainings of another one. Nothing is changed.</summary>
    /// <exception cref="UsageException">There are some; the message says how they differ.</exception>
    public void ThrowIfOfAnotherPlan()
    {
        foreach (var training in plan.Trainings())
        {
            string? difference;
            try
            {
                difference = training.Difference();
            }
            catch (UsageException)
            {
                // A damaged folder is a training that fails.
                continue;
            }

            if (difference is not null)
                throw new UsageException($"{training.Folder.Path} holds a training with other settings than the budget's: {difference}. --overwrite replaces what differs, another --out leaves it.");
        }
    }

    /// <summary>Trains what is missing, the longest first.</summary>
    /// <param name="cancellation">Asks the trainings to save and end.</param>
    /// <returns>Whether nothing is missing any more; otherwise it was cancelled.</returns>
    public async Task<bool> TrainAsync(CancellationToken cancellation)
    {
        using var registration = cancellation.Register(() => Volatile.Write(ref _isCancelled, true));
        var all = plan.Trainings();
        PlannedTraining[] missing = [.. all.Where(t => SummaryOf(t) is null && !_failures.ContainsKey(t.Folder.Path)).OrderByDescending(t => t.ExpectedSeconds)];
        var damaged = _failures.Count > 0 ? FormattableString.Invariant($", {_failures.Count} are damaged") : "";
        terminal.Line($"{plan.Budget.Name}: {all.Count} trainings, of which {all.Count - missing.Length - _failures.Count} are done{damaged}; {TrainingQueue.AtOnce(missing.Length)} at once. Ctrl-C stops and saves; the same command resumes.");
        return await TrainingQueue.RunAsync(missing, this, terminal, cancellation);
    }

    public void OnWait(PlannedTraining training) => terminal.Line($"{training.Name}: another process is training in {training.Folder.Path}; waiting for it.");

    public void OnEnd(PlannedTraining training, TrialOutcome<TrainingSummary> outcome)
    {
        lock (_turn)
        {
            if (outcome.Result is not { } summary)
            {
                var reason = outcome.Failure!.Message;
                _failures[training.Folder.Path] = $"seed {training.Settings.Seed}: {reason}";
                terminal.Line($"{training.Name} failed, and the report will say so: {reason}");
                return;
            }

            terminal.Line(FormattableString.Invariant(
                $"{training.Name}: {summary.Outcome} after {summary.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(summary.Seconds))}; {Measured("cost", summary.CostBits)}{Measured("wrong", summary.WrongBits, ", ")}."));
            if (summary.IsInterrupted && !Volatile.Read(ref _isCancelled))
                _failures[training.Folder.Path] = $"seed {training.Settings.Seed}: another program interrupted it; the same command resumes it";
        }
    }

    /// <summary>Measures the models of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    public IReadOnlyList<ArchitectureOutcome> Measure(TaskEntry task, CancellationToken cancellation)
    {
        return [.. plan.Architectures.Select(OutcomeOf)];

        ArchitectureOutcome OutcomeOf(Architecture architecture)
        {
            var (trainings, further) = (plan.Trainings(task, architecture), plan.Further(task, architecture));
            return new ArchitectureOutcome(
                architecture,
                [.. trainings.Select(Trained).OfType<Candidate>()],
                [.. further.Select(Trained).OfType<Candidate>()],
                withShipped && ShippedModels.FolderOf(task, architecture) is { } folder ? Shipped(folder, architecture) : null,
                [.. trainings.Concat(further).Select(t => _failures.GetValueOrDefault(t.Folder.Path)).OfType<string>()]);
        }

        Candidate? Trained(PlannedTraining training)
        {
            try
            {
                if (SummaryOf(training) is not { } summary)
                    return null;
                var card = Maker(training.Name).Make(training.Folder.ModelFile, training.Folder.Path, summary.SequencesSeen, summary.Seconds);
                return new Candidate(training.Folder, IsShipped: false, card);
            }
            catch (Exception e) when (e is InvalidDataException or SafeTensorsFormatException or IOException or UnauthorizedAccessException)
            {
                _failures.TryAdd(training.Folder.Path, $"seed {training.Settings.Seed}: {e.Message}");
                return null;
            }
        }

        Candidate Shipped(string folder, Architecture architecture)
        {
            var made = ModelCard.Read(folder) ?? throw new InvalidDataException($"{folder}: there is no {ModelCard.FileName}.");
            var run = new RunFolder(folder);
            var name = $"{task.Name}-{SettingsJson.Name(architecture)}";
            // Measured again: the shipped folder is not written to, and its card is not trusted.
            var card = Maker(name).Make(run.ModelFile, Path.Combine(plan.RunsFolder, name, "shipped"), made.SequencesSeen, made.Seconds);
            return new Candidate(run, IsShipped: true, card);
        }

        ModelCardMaker Maker(string name) =>
            new(plan.Budget.EvaluationSequences, condition => terminal.Live($"Measuring {name}: {condition} …", keep: false), cancellation);
    }

    /// <summary>The result of a finished training. A damaged one counts as failed.</summary>
    private TrainingSummary? SummaryOf(PlannedTraining training)
    {
        try
        {
            return training.Summary();
        }
        catch (Exception e) when (e is InvalidDataException or UsageException or IOException or UnauthorizedAccessException)
        {
            lock (_turn)
                _failures.TryAdd(training.Folder.Path, $"seed {training.Settings.Seed}: {e.Message}");
            return null;
        }
    }

    private static string Measured(string what, double? value, string before = "") =>
        value is { } number ? $"{before}{what} {TrainingReporter.Number(number)}" : before.Length > 0 ? "" : "not yet measured";
}
