using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train.Mpi;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>Trains a run: checks all, then writes; trains, searches, evaluates and says what came of it.</summary>
/// <param name="run">The run; stays the caller's.</param>
/// <param name="tensorBoard">Whether events for TensorBoard are written.</param>
/// <param name="terminal">Where progress is shown.</param>
/// <param name="job">The processes that share the training; <see langword="null"/> for this one alone.</param>
internal sealed partial class TrainingSession(TrainingRun run, bool tensorBoard, Terminal terminal, MpiJob? job)
{
    private readonly TrainSettings _settings = run.Settings;
    private readonly RunFolder _folder = run.Folder;

    private ReferenceLoss Units => LossUnits.Of(_settings);

    private string ResumeCommand => $"{ProgramName.Command} train --resume {ShellWord.Path(_folder.Path)}";

    /// <param name="cancellation">Asks the training to save and end.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The settings contradict each other or what is in the folder.</exception>
    /// <exception cref="InvalidDataException">The training diverged, there is too little memory, or the folder is damaged.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public int Run(CancellationToken cancellation)
    {
        try
        {
            return Train(cancellation);
        }
        catch (OptionsValidationException e)
        {
            throw new UsageException(AsOptions(e.Message), e);
        }
        catch (Exception e) when (MemoryExhaustion.Is(e))
        {
            throw new InvalidDataException(MemoryExhaustion.Message(_settings), e);
        }
        catch (TrainingDivergedException e) when (!EndOfInput.IsWatched && _folder.Checkpoints.Files.Count > 0)
        {
            var advice = _settings.OnDivergence == DivergencePolicy.LowerRate
                ? "expected a lower --lr, in another folder."
                : $"'{ResumeCommand} --on-divergence lower-rate' resumes from them with a lower learning rate.";
            throw new InvalidDataException($"{e.Message}{Environment.NewLine}The folder's checkpoints have what was learned before that: {advice}", e);
        }
    }

    private int Train(CancellationToken cancellation)
    {
        var threads = _settings.Threads == 0 && job is not null ? Math.Max(1, Environment.ProcessorCount / job.LocalSize) : _settings.Threads;
        // Some of torch's sums depend on its threads; of micro-batches any number of processes gives the same.
        Torch.Configure(_settings is { Threads: 0, MicroBatchSize: not null } ? 1 : threads);
        var branches = _settings.Generations > 0 || _settings.SettleSequences > 0 ? new BranchTraining(_settings, _folder, terminal) : null;
        var entry = TaskCatalog.Find(_settings.Task);
        var task = entry.Create(_settings);
        using var model = job is null ? Prepare() : job.Together(Prepare);
        if (job is not null)
            Try(model, task, job.Exchange);
        if (job is { IsFirst: false })
            return Compute(model, task, cancellation);
        var search = branches?.Create(model, task);
        search?.Check();
        // All checks have passed: the folder may be written.
        if (run.IsNew)
            _folder.Clear();
        _folder.Prepare(_settings);
        Interruption.Advice = $"The newest checkpoint is kept. To resume: {ResumeCommand}";
        var start = run.Checkpoint is { } checkpoint ? Invariant($" from sequence {checkpoint.SequencesSeen:N0} on") : "";
        var shared = job is null ? "" : Invariant($", shared by {job.Exchange.Size} processes");
        terminal.Line(Invariant($"Training {_settings.Task}{start} for at most {_settings.Sequences:N0} sequences with seed {_settings.Seed} by the {model.EngineName} engine{shared}. Ctrl-C stops and saves."));
        if (_settings.ScaleLr != RateScaling.None)
            terminal.Line(Invariant($"The learning rate is {_settings.Optimizer.LearningRate} times {TrainerOptions.RateFactor(_settings):0.###}, by --scale-lr {SettingsJson.Name(_settings.ScaleLr)}."));

        var trainer = new Trainer(model.Sequences, task, TrainerOptions.Of(_settings, _folder), new TerminalLogger(terminal)) { Exchange = job?.Exchange };
        var checkpoints = new CheckpointOutcome();
        trainer.Observers.Add(checkpoints);
        trainer.Observers.Add(new HistoryFiles(_folder.HistoryCsv, _folder.HistoryJson));
        if (tensorBoard)
            trainer.Observers.Add(new TensorBoardLog(_folder.TensorBoard));
        if (_settings.Patience > 0)
            trainer.Observers.Add(new EarlyStop(_settings.Patience));
        var reporter = new TrainingReporter(terminal, Units);
        var result = Train(trainer, reporter, cancellation);
        var (outcome, seen, seconds) = (result.Outcome, result.SequencesSeen, result.Seconds);
        terminal.Line(Invariant($"{Verb(result)} after {seen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(seconds))}."));
        if (search is not null && outcome != TrainingOutcome.Cancelled)
        {
            // What was trained stays if the search fails.
            _folder.Save(model, _settings);
            var progress = search.Run(seen, branches, cancellation);
            outcome = cancellation.IsCancellationRequested ? TrainingOutcome.Cancelled : outcome;
            (seen, seconds) = (seen + (progress?.Sequences(BranchTraining.OptionsOf(_settings)) ?? 0), seconds + (progress?.Seconds ?? 0));
        }

        if (cancellation.IsCancellationRequested)
            Interruption.AllowSaving();
        _folder.Save(model, _settings);
        var heldOut = outcome == TrainingOutcome.Cancelled ? null : Evaluate(model, task, cancellation);
        if (heldOut is null)
            outcome = TrainingOutcome.Cancelled;
        var isSolved = heldOut is { } s && task.Goal.IsReachedBy(s);
        var summary = new TrainingSummary(
            _settings.Task,
            SettingsJson.Name(_settings.Architecture),
            model.EngineName,
            _settings.Seed,
            isSolved,
            TrainingSummary.OutcomeName(outcome),
            seen,
            seconds,
            Finite(heldOut?.MeanCost),
            Finite(heldOut?.MeanExcessCost),
            Finite(heldOut?.MeanWrong),
            _folder.ModelFile,
            heldOut is null ? null : Finite(task.Goal.MeanExcessCost),
            heldOut is null ? null : Finite(task.Goal.MeanWrong),
            heldOut is null || isSolved ? null : NextStep.ForUnsolved(_settings, _folder.Path, outcome))
        {
            Metrics = heldOut is { } score && !entry.HasFixedWidths ? DataMetrics.Of(score) : null,
        };
        summary.Write(_folder);
        Interruption.Advice = null;
        Tell(summary, heldOut, checkpoints.Failure);
        terminal.Result(summary);
        return ExitCode.Success;

        PaperModel Prepare()
        {
            if (job is not null && branches is not null)
                throw new UsageException("--generations and --settle-sequences train in one process, and this training is shared by several; expected 0 of both, and to add them by --resume without the launcher.");
            entry.Check(task);
            var created = ModelFactory.Create(_settings, task);
            try
            {
                if (created.Sequences is NeuralTuringMachine machine)
                    machine.Threads = threads;
                if (run.Checkpoint is not null && job is null)
                    Try(created, task, null);
                else if (run.Checkpoint is null && _settings.From is { } from && job?.IsFirst != false)
                    FirstWeights.Load(created, from);
                return created;
            }
            catch
            {
                created.Dispose();
                throw;
            }
        }
    }

    /// <summary>Computes for rank 0, which has the folder and the terminal.</summary>
    private int Compute(PaperModel model, SequenceTask task, CancellationToken cancellation)
    {
        var trainer = new Trainer(model.Sequences, task, TrainerOptions.Of(_settings, _folder)) { Exchange = job!.Exchange };
        Train(trainer, null, cancellation);
        return ExitCode.Success;
    }

    private TrainingResult Train(Trainer trainer, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            return run.Checkpoint is null ? trainer.Train(progress, cancellation) : trainer.Resume(run.Checkpoint, progress, cancellation);
        }
        catch (ArgumentException e) when (job is not null)
        {
            throw new UsageException(OfOptions(e.Message), e);
        }
        catch (ExchangeException e)
        {
            throw new UsageException(OfOptions(e.Message), e);
        }
    }

    /// <summary>A message about the trainer's options in the words of the command line.</summary>
    private static string OfOptions(string message) => TrainerProperty().Replace(
        OptionWords.Of(message), match => SettingProperty.All.FirstOrDefault(s => s.Key == SettingsJson.Naming.ConvertName(match.Groups[1].Value))?.Option ?? match.Groups[1].Value);

    /// <summary>Tries whether the checkpoint is one of this training, and whether several processes fit together, on the model alone: a training that is
    /// cancelled at once writes nothing.</summary>
    private void Try(PaperModel model, SequenceTask task, IGradientExchange? exchange) =>
        Train(new Trainer(model.Sequences, task, TrainerOptions.Of(_settings)) { Exchange = exchange }, null, new CancellationToken(canceled: true));

    /// <returns>The score; <see langword="null"/> if it was interrupted.</returns>
    private static SequenceScore? Evaluate(PaperModel model, SequenceTask task, CancellationToken cancellation)
    {
        try
        {
            return Evaluator.Evaluate(model.Sequences, task, cancellationToken: cancellation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Tell(TrainingSummary summary, SequenceScore? heldOut, Exception? unsaved)
    {
        if (heldOut is { } score)
            terminal.Line(Invariant($"On {score.Sequences:N0} held-out sequences: cost {TrainingReporter.Cost(score)} {Units.CostUnit}, {TrainingReporter.Number(score.MeanWrong)} wrong of {score.MeanCount:N0} {LossUnits.Targets(_settings)} per sequence; {score.PerfectSequences:N0} without an error."));
        if (summary.NextSteps is { } steps)
        {
            var wrong = summary.GoalWrongBits is { } most ? Invariant($" and at most {TrainingReporter.Number(most)} wrong") : "";
            terminal.Line(Invariant($"Not solved: the goal is at most {TrainingReporter.Number(summary.GoalCostBits ?? 0)} {Units.CostUnit}{(heldOut?.OptimalCostSum > 0 ? " above the optimum" : "")}{wrong} per sequence; these are {Measured(summary.ExcessCostBits)} {Units.CostUnit} and {Measured(summary.WrongBits)} wrong. What to try next:"));
            foreach (var step in steps)
            {
                terminal.Line($"  {step.What}:");
                terminal.Line($"    {step.Command}");
            }
        }

        terminal.Line();
        terminal.Line($"Wrote {_folder.ModelFile}, history.csv, history.json, settings.json, result.json and {(unsaved is null ? "checkpoints" : $"older checkpoints, but not the last one: {unsaved.Message}")}.");
        var path = ShellWord.Path(_folder.Path);
        if (heldOut is null)
        {
            terminal.Line("To resume:");
            terminal.Line($"  {ResumeCommand}");
        }
        else
        {
            var own = _settings.Data as DataSettings;
            var data = own is null ? "" : $" --data {ShellWord.Path(own.Validation ?? own.Data!)}";
            terminal.Line(own is not null
                ? "Next, for the metrics on the held-out sequences, or with --data on others, and for a picture of one:"
                : "Next, for cost and errors in and beyond the training range, and for what the paper draws:");
            terminal.Line($"  {ProgramName.Command} evaluate {path}");
            terminal.Line($"  {ProgramName.Command} draw {path}{data} --out {ShellWord.Path(Path.Combine(_folder.Path, "figures"))}");
        }
    }

    private static string Verb(TrainingResult result) => result.Outcome switch
    {
        TrainingOutcome.Stopped => $"Stopped, for {result.StopReason},",
        TrainingOutcome.Solved => "Solved",
        TrainingOutcome.Cancelled => "Interrupted",
        _ => "Trained to the end",
    };

    /// <summary>JSON has no other numbers.</summary>
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Measured(double? value) => value is { } number ? TrainingReporter.Number(number) : "more than can be told";

    /// <summary>A message about the model's options in the words of the command line.</summary>
    private static string AsOptions(string message) => Property().Replace(OptionWords.Of(message), match => $"--{SettingsJson.Naming.ConvertName(match.Groups[1].Value)}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"\b(?:NtmOptions\.|LstmOptions\.)?((?:Memory|Controller)(?:Locations|Width|Size|Layers))\b")]
    private static partial Regex Property();

    [GeneratedRegex(@"\bTrainingOptions\.(\w+)\b")]
    private static partial Regex TrainerProperty();

    /// <summary>Remembers whether the newest checkpoint was written.</summary>
    private sealed class CheckpointOutcome : ITrainingObserver
    {
        public Exception? Failure { get; private set; }

        public void OnCheckpoint(TrainingContext training, string file, Exception? failure) => Failure = failure;
    }
}
