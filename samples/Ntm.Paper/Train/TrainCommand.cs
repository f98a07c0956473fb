using System.CommandLine;
using Ntm.Paper.Catalog;
using Ntm.Paper.Commands;
using Ntm.Paper.Output;
using Ntm.Paper.OwnData;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train.Mpi;

namespace Ntm.Paper.Train;

/// <summary><c>train TASK</c>: trains a model and writes a run's folder.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var task = new Argument<string?>("task")
        {
            Description = $"The task: {string.Join(", ", TaskCatalog.All.Select(t => $"{t.Name} ({t.Summary})"))}. With --data your own sequences, with --resume the task of the folder.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = new Option<string?>("--config") { Description = "A JSON file with settings under the options' names; options given here win.", HelpName = "file" };
        var resume = new Option<string?>("--resume")
        {
            Description = "Resume an interrupted training from the newest checkpoint in its folder. How long to train, when to evaluate, report and save may change; nothing else.",
            HelpName = "folder",
        };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what an earlier training left in the folder, finished or interrupted." };
        var seeds = new Option<string?>("--seeds")
        {
            Description = "Train once for each of these seeds, such as 1-10, as many at once as there are cores; tells median and worst and draws all curves. One that fails does not end the others.",
            HelpName = "seeds",
        };
        var tensorBoard = new Option<bool>("--tensorboard") { Description = "Write events for TensorBoard to the folder's tensorboard/." };
        var json = CommonOptions.Json();
        var command = new Command("train", "Train a model, evaluate it, and write it with its history and settings to a folder.") { task, config, resume, overwrite, seeds, tensorBoard, json };
        var options = new SettingOptions(command, SettingProperty.All.Where(s => s.Key != "task"), Defaults);

        command.SetAction((parse, cancellation) =>
        {
            var given = options.Given(parse);
            var terminal = new Terminal(parse.GetValue(json));
            var name = parse.GetValue(task);
            var (sweep, replace, events) = (parse.GetValue(seeds), parse.GetValue(overwrite), parse.GetValue(tensorBoard));
            RefuseEmpty("--resume", parse.GetValue(resume));
            RefuseEmpty("--config", parse.GetValue(config));
            RefuseEmpty("--out", given["out"]?.GetValue<string>());
            if (sweep is not null)
                MpiJob.Refuse("'train --seeds'");
            if (parse.GetValue(resume) is { } folder)
            {
                if (parse.GetValue(config) is not null || replace || sweep is not null || given.ContainsKey("out"))
                    throw new UsageException("--resume uses its folder and its settings; expected neither --config, --out, --seeds nor --overwrite.");
                if (!File.Exists(new RunFolder(folder).SeedsFile))
                    return Run(() => TrainingRun.Resume(new RunFolder(folder), name, given, terminal), null);
                MpiJob.Refuse("'train --resume' of several seeds");
                return SeedSweep.Resume(folder, name, given, events, terminal, cancellation);
            }

            name ??= given.ContainsKey(DataEntry.TaskName) ? DataEntry.TaskName : null;
            if (name is null)
                throw new UsageException($"'train' was given no task; expected one of {string.Join(", ", TaskCatalog.All.Select(t => t.Name))}, or --data or --resume.");
            var resolved = SettingsResolver.Resolve(TaskCatalog.Find(name).Name, parse.GetValue(config), given);
            RefuseEmpty("--config: 'out'", resolved.Out);
            if (sweep is null)
                return Run(() => TrainingRun.Start(resolved, replace), resolved);
            if (given.ContainsKey("seed"))
                throw new UsageException("--seed and --seeds were both given; expected one of them.");
            return SeedSweep.Start(resolved, sweep, replace, events, terminal, cancellation);

            // Off the main thread, which waits for signals.
            Task<int> Run(Func<TrainingRun> begin, TrainSettings? own) => Task.Run(
                () =>
                {
                    var job = MpiJob.Join();
                    return job is null ? Session(begin(), null) : job.Run(() => Session(job.Begin(begin, own), job));
                },
                CancellationToken.None);

            int Session(TrainingRun begun, MpiJob? job)
            {
                using var run = begun;
                return new TrainingSession(run, events, terminal, job).Run(cancellation);
            }
        });
        return command;
    }

    /// <summary>The default, and what the presets of the copy task make of it.</summary>
    private static string Defaults(SettingProperty setting)
    {
        var builtIn = setting.Default();
        var fast = SettingsResolver.PresetOf("copy", "ntm-lstm", "fast")[setting.Key]?.ToString() ?? builtIn;
        var paper = SettingsResolver.PresetOf("copy", "ntm-lstm", "paper")[setting.Key]?.ToString() ?? builtIn;
        return fast is null ? "" : fast == paper ? $" [default: {fast}]" : $" [default: {fast}; paper: {paper}]";
    }

    /// <exception cref="UsageException">A path is empty, or none at all.</exception>
    private static void RefuseEmpty(string option, string? path)
    {
        if (path is not null && (string.IsNullOrWhiteSpace(path) || path.Contains('\0')))
            throw new UsageException($"{option} is '{path}'; expected a path.");
    }
}
