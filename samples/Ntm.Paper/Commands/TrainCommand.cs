using System.CommandLine;
using System.Text.Json.Nodes;
using Ntm.Paper.Branches;
using Ntm.Paper.Catalog;
using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Seeds;
using Ntm.Paper.Settings;
using Ntm.Tasks;
using Ntm.Training;

namespace Ntm.Paper.Commands;

/// <summary><c>train TASK</c>: trains a model and writes a run's folder.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var task = new Argument<string?>("task")
        {
            Description = $"The task: {string.Join(", ", TaskCatalog.All.Select(t => $"{t.Name} ({t.Summary})"))}. With --resume that of the folder.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = new Option<string?>("--config") { Description = "A JSON file with settings under the options' names; options given here win.", HelpName = "file" };
        var resume = new Option<string?>("--resume")
        {
            Description = "Go on with an interrupted training, from the newest checkpoint in its folder. How long to train, when to evaluate, report and save may change; nothing else.",
            HelpName = "folder",
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Start anew where a training was interrupted, and give that up." };
        var seeds = new Option<string?>("--seeds")
        {
            Description = "Train once for each of these seeds, such as 1-10, as many at once as there are cores; tells median and worst and draws all curves.",
            HelpName = "seeds",
        };
        var tensorBoard = new Option<bool>("--tensorboard") { Description = "Write events for TensorBoard to the folder's tensorboard/." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a model, evaluate it, and write it with its history and settings to a folder.") { task, config, resume, overwrite, seeds, tensorBoard, json };
        var options = new Dictionary<SettingProperty, Option<string?>>();
        foreach (var setting in SettingProperty.All.Where(s => s.Key != "task"))
        {
            options[setting] = new Option<string?>(setting.Option) { Description = setting.Description + Defaults(setting), HelpName = setting.HelpName };
            command.Add(options[setting]);
        }

        command.SetAction((parse, cancellation) =>
        {
            var given = new JsonObject();
            foreach (var (setting, option) in options)
                if (parse.GetValue(option) is { } text)
                    given[setting.Key] = setting.Parse(text);
            var terminal = new Terminal(parse.GetValue(json));
            var name = parse.GetValue(task);
            var (sweep, replace, events) = (parse.GetValue(seeds), parse.GetValue(overwrite), parse.GetValue(tensorBoard));
            if (parse.GetValue(resume) is { } folder)
            {
                if (parse.GetValue(config) is not null || replace || sweep is not null || given.ContainsKey("out"))
                    throw new UsageException("--resume goes on in its folder with its settings; expected neither --config, --out, --seeds nor --overwrite.");
                if (File.Exists(SeedSweep.FileOf(folder)))
                {
                    var path = new RunFolder(folder).SettingsFile;
                    var settings = SettingsResolver.Resume(SettingsJson.ReadFile(path, "--resume"), path, name, given);
                    return new SeedSweep(settings, folder, SeedSweep.ReadSeeds(folder), events, terminal).RunAsync(given, resume: true, overwrite: false, cancellation);
                }

                return Run(TrainingRun.Resume(new RunFolder(folder), name, given, terminal));
            }

            if (name is null)
                throw new UsageException($"'train' was given no task; expected one of {string.Join(", ", TaskCatalog.All.Select(t => t.Name))}, or --resume.");
            var resolved = SettingsResolver.Resolve(TaskCatalog.Find(name).Name, parse.GetValue(config), given);
            if (sweep is null)
                return Run(TrainingRun.Start(resolved, replace));
            if (given.ContainsKey("seed"))
                throw new UsageException("--seed and --seeds were both given; expected one of them.");
            return new SeedSweep(resolved, resolved.Out ?? $"{RunFolder.DefaultPath(resolved)}-seeds", sweep, events, terminal).RunAsync(given, resume: false, replace, cancellation);

            // Off the main thread, which waits for Ctrl-C.
            Task<int> Run(TrainingRun run) => Task.Run(
                () =>
                {
                    using var ends = EndOfInput.Watch(cancellation);
                    return TrainCommand.Run(run, events, terminal, ends.Token);
                },
                CancellationToken.None);
        });
        return command;
    }

    private static int Run(TrainingRun run, bool tensorBoard, Terminal terminal, CancellationToken cancellation)
    {
        using var held = run;
        var (settings, folder) = (run.Settings, run.Folder);
        Torch.Configure(settings.Threads);
        // Before anything is trained: it may find the settings contradictory.
        var search = settings.Generations > 0 || settings.SettleSequences > 0 ? new BranchSearch(settings, folder, terminal) : null;
        var task = TaskCatalog.Find(settings.Task).Create(settings);
        using var model = ModelFactory.Create(settings, task);
        folder.Prepare(settings);
        var from = run.Checkpoint is { } checkpoint ? Invariant($" from sequence {checkpoint.SequencesSeen:N0} on") : "";
        terminal.Line(Invariant($"Training {settings.Task}{from} for at most {settings.Sequences:N0} sequences with seed {settings.Seed} by the {model.EngineName} engine. Ctrl-C stops and saves."));

        var trainer = new Trainer(model.Sequences, task, TrainerOptions.Of(settings, folder), new TerminalLogger(terminal));
        trainer.Observers.Add(new HistoryFiles(folder.HistoryCsv, folder.HistoryJson));
        if (tensorBoard)
            trainer.Observers.Add(new TensorBoardLog(folder.TensorBoard));
        if (settings.Patience > 0)
            trainer.Observers.Add(new EarlyStop(settings.Patience));
        var reporter = new TrainingReporter(terminal);
        var result = run.Checkpoint is null ? trainer.Train(reporter, cancellation) : trainer.Resume(run.Checkpoint, reporter, cancellation);
        var (outcome, seen, seconds) = (result.Outcome, result.SequencesSeen, result.Seconds);
        terminal.Line(Invariant($"{Verb(result)} after {seen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(seconds))}."));
        if (search is not null && outcome != TrainingOutcome.Cancelled)
        {
            var progress = search.Run(model, task, seen, cancellation);
            outcome = cancellation.IsCancellationRequested ? TrainingOutcome.Cancelled : outcome;
            (seen, seconds) = (seen + (progress?.Sequences(settings) ?? 0), seconds + (progress?.Seconds ?? 0));
        }

        folder.Save(model, settings);
        // Who interrupts wants to go.
        SequenceScore? heldOut = outcome == TrainingOutcome.Cancelled ? null : Evaluator.Evaluate(model.Sequences, task, cancellationToken: CancellationToken.None);

        var summary = new TrainingSummary(
            settings.Task,
            SettingsJson.Name(settings.Architecture),
            model.EngineName,
            settings.Seed,
            heldOut is { } s && task.Goal.IsReachedBy(s),
            TrainingSummary.OutcomeName(outcome),
            seen,
            seconds,
            heldOut?.CostBits,
            heldOut?.ExcessCostBits,
            heldOut?.WrongBits,
            folder.ModelFile);
        summary.Write(folder);

        if (heldOut is { } score)
            terminal.Line(Invariant($"On {score.Sequences:N0} held-out sequences: cost {TrainingReporter.Cost(score)} bits, {TrainingReporter.Number(score.WrongBits)} wrong of {score.BitsPerSequence:N0} bits per sequence; {score.PerfectSequences:N0} without an error."));
        terminal.Line();
        terminal.Line($"Wrote {folder.ModelFile}, history.csv, history.json, settings.json, result.json and checkpoints.");
        if (heldOut is null)
        {
            terminal.Line("To go on:");
            terminal.Line($"  {ProgramName.Command} train --resume {folder.Path}");
        }
        else
        {
            terminal.Line("Next, for cost and errors in and beyond the training range, and for what the paper draws:");
            terminal.Line($"  {ProgramName.Command} evaluate {folder.Path}");
            terminal.Line($"  {ProgramName.Command} draw {folder.Path} --out {Path.Combine(folder.Path, "figures")}");
        }

        terminal.Result(summary);
        return ExitCode.Success;
    }

    private static string Verb(TrainingResult result) => result.Outcome switch
    {
        TrainingOutcome.Stopped => $"Stopped, for {result.StopReason},",
        TrainingOutcome.Solved => "Solved",
        TrainingOutcome.Cancelled => "Interrupted",
        _ => "Trained to the end",
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The default, and what the presets of the copy task make of it.</summary>
    private static string Defaults(SettingProperty setting)
    {
        var builtIn = SettingsJson.Default(setting.Key);
        var fast = SettingsResolver.PresetOf("copy", "ntm-lstm", "fast")[setting.Key]?.ToString() ?? builtIn;
        var paper = SettingsResolver.PresetOf("copy", "ntm-lstm", "paper")[setting.Key]?.ToString() ?? builtIn;
        return fast is null ? "" : fast == paper ? $" [default: {fast}]" : $" [default: {fast}; paper: {paper}]";
    }
}
