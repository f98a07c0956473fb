using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduction;

/// <summary>Trains what a plan lacks and measures all its models. What was done before is not done again.</summary>
/// <param name="plan">The plan.</param>
/// <param name="withShipped">Whether the models that come with the program take part.</param>
/// <param name="terminal">Where progress is shown.</param>
internal sealed class Reproducer(ReproductionPlan plan, bool withShipped, Terminal terminal)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(30);

    /// <summary>By the training's folder.</summary>
    private readonly Dictionary<string, string> _failures = [];

    /// <summary>Trains what is missing, the longest first.</summary>
    /// <param name="cancellation">Asks the trainings to save and end.</param>
    /// <returns>Whether nothing is missing any more; otherwise it was cancelled.</returns>
    public async Task<bool> TrainAsync(CancellationToken cancellation)
    {
        var all = plan.Trainings();
        PlannedTraining[] missing = [.. all.Where(t => t.Summary() is null).OrderByDescending(t => t.ExpectedSeconds)];
        terminal.Line($"{plan.Budget.Name}: {all.Count} trainings, of which {all.Count - missing.Length} are done; {TrainingQueue.AtOnce(missing.Length)} at once. Ctrl-C stops and saves; the same command goes on.");
        var turn = new Lock();
        var progress = new PlanProgress(missing);
        var queue = TrainingQueue.RunAsync(missing, Start, Ended, cancellation, Failed);
        for (var nextLog = DateTime.UtcNow; await Task.WhenAny(queue, Task.Delay(Tick, CancellationToken.None)) != queue;)
        {
            lock (turn)
            {
                var keep = DateTime.UtcNow >= nextLog;
                terminal.Live(progress.Line(), keep);
                if (keep)
                    nextLog = DateTime.UtcNow + LogInterval;
            }
        }

        return await queue;

        (RunFolder Folder, IEnumerable<string> Arguments) Start(PlannedTraining training)
        {
            lock (turn)
                progress.Begin(training);
            return (training.Folder, training.Arguments());
        }

        void Ended(PlannedTraining training, TrainingSummary summary)
        {
            lock (turn)
            {
                progress.End(training);
                terminal.Line(FormattableString.Invariant(
                    $"{training.Name}: {summary.Outcome} after {summary.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(summary.Seconds))}; cost {TrainingReporter.Number(summary.CostBits ?? double.NaN)}, wrong {TrainingReporter.Number(summary.WrongBits ?? double.NaN)}."));
            }
        }

        void Failed(PlannedTraining training, InvalidDataException failure)
        {
            lock (turn)
            {
                progress.End(training);
                _failures[training.Folder.Path] = $"seed {training.Settings.Seed}: {failure.Message}";
                terminal.Line($"{training.Name} failed, and the report will say so: {failure.Message}");
            }
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
                [.. trainings.Where(t => t.Summary() is not null).Select(Trained)],
                [.. further.Where(t => t.Summary() is not null).Select(Trained)],
                withShipped && ShippedModels.FolderOf(task, architecture) is { } folder ? Shipped(folder, architecture) : null,
                [.. trainings.Concat(further).Select(t => _failures.GetValueOrDefault(t.Folder.Path)).OfType<string>()]);
        }

        Candidate Trained(PlannedTraining training)
        {
            var summary = training.Summary()!;
            var card = Maker(training.Name).Make(training.Folder.ModelFile, training.Folder.Path, summary.SequencesSeen, summary.Seconds);
            return new Candidate(training.Folder, IsShipped: false, card);
        }

        Candidate Shipped(string folder, Architecture architecture)
        {
            var made = ModelCard.Read(folder) ?? throw new InvalidDataException($"{folder}: there is no {ModelCard.FileName}.");
            var run = new RunFolder(folder);
            var name = $"{task.Name}-{SettingsJson.Name(architecture)}";
            // Measured anew: what comes with the program is not written to, and not taken on trust.
            var card = Maker(name).Make(run.ModelFile, Path.Combine(plan.RunsFolder, name, "shipped"), made.SequencesSeen, made.Seconds);
            return new Candidate(run, IsShipped: true, card);
        }

        ModelCardMaker Maker(string name) =>
            new(plan.Budget.EvaluationSequences, condition => terminal.Live($"Measuring {name}: {condition} …", keep: false), cancellation);
    }
}
