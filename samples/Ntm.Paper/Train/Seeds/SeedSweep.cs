using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using Ntm.Paper.Models;
using Ntm.Paper.Output;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Sweeps;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>
/// One training for each of several seeds, as many at once as there are cores, each in its own process and folder; then how they
/// spread, and one figure with all their curves. A seed that fails does not end the others.
/// </summary>
internal sealed class SeedSweep : ISweepObserver<SeedTraining, TrainingSummary>
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly TrainSettings _settings;
    private readonly RunFolder _folder;
    private readonly Terminal _terminal;
    private readonly Dictionary<int, SeedOutcome> _outcomes = [];

    private SeedSweep(TrainSettings settings, RunFolder folder, Terminal terminal) => (_settings, _folder, _terminal) = (settings, folder, terminal);

    private string ResumeCommand => $"{ProgramName.Command} train --resume {ShellWord.Path(_folder.Path)}";

    /// <summary>The file with the seeds of a folder, so that <c>--resume</c> resumes them.</summary>
    public static string FileOf(string folder) => new RunFolder(folder).SeedsFile;

    /// <summary>The seeds of a folder, as a user writes them.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static string ReadSeeds(string folder)
    {
        var source = $"--resume {FileOf(folder)}";
        if (SettingsJson.ReadFile(FileOf(folder), "--resume")["seeds"] is not { } value || value.GetValueKind() != JsonValueKind.String)
            throw new UsageException($"{source}: found no 'seeds'; expected a text such as 1-10.");
        var text = value.GetValue<string>();
        SeedRange.Parse(text, $"{source}: 'seeds'");
        return text;
    }

    /// <summary>The seeds of a folder.</summary>
    /// <exception cref="UsageException">The file is damaged.</exception>
    public static IReadOnlyList<int> SeedsOf(string folder) => SeedRange.Parse(ReadSeeds(folder));

    /// <summary>Begins a sweep.</summary>
    /// <param name="settings">The settings of all trainings.</param>
    /// <param name="seeds">The seeds, as a user writes them.</param>
    /// <param name="overwrite">Whether earlier trainings of these seeds may be replaced.</param>
    /// <param name="tensorBoard">Whether events for TensorBoard are written.</param>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="cancellation">Asks all trainings to save and end.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The seeds are none, or the folder is not free.</exception>
    public static async Task<int> Start(TrainSettings settings, string seeds, bool overwrite, bool tensorBoard, Terminal terminal, CancellationToken cancellation)
    {
        var all = SeedRange.Parse(seeds);
        CheckSettings(settings);
        var folder = new RunFolder(settings.Out ?? $"{RunFolder.DefaultPath(settings)}-seeds");
        string[] options = [.. tensorBoard ? ["--tensorboard"] : Array.Empty<string>(), .. overwrite ? ["--overwrite"] : Array.Empty<string>()];
        SeedTraining[] trainings = [.. all.Select(seed => new SeedTraining(seed, folder, settings, null, options))];
        ThrowIfOccupied(folder, trainings, overwrite);
        using var held = folder.Lock();
        ThrowIfOccupied(folder, trainings, overwrite);
        return await new SeedSweep(settings, folder, terminal).RunAsync(trainings, seeds, cancellation);
    }

    /// <summary>Resumes a sweep.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="task">The task on the command line, if there is one.</param>
    /// <param name="given">The options on the command line.</param>
    /// <param name="tensorBoard">Whether events for TensorBoard are written.</param>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="cancellation">Asks all trainings to save and end.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">An option contradicts what is in the folder, or that is damaged.</exception>
    public static async Task<int> Resume(string path, string? task, JsonObject given, bool tensorBoard, Terminal terminal, CancellationToken cancellation)
    {
        var folder = new RunFolder(path);
        if (folder.Checkpoints.Files.Count > 0)
            throw new UsageException($"--resume {path}: found both a training and a sweep over seeds; expected one of them. Without seeds.json it is the training's, without checkpoints/ the sweep's.");
        var seeds = ReadSeeds(path);
        var settings = SettingsResolver.Resume(SettingsJson.ReadFile(folder.SettingsFile, "--resume"), folder.SettingsFile, task, given);
        CheckSettings(settings);
        string[] options = tensorBoard ? ["--tensorboard"] : [];
        SeedTraining[] trainings = [.. SeedRange.Parse(seeds).Select(seed => new SeedTraining(seed, folder, settings, given, options))];
        foreach (var training in given.ContainsKey("sequences") ? trainings : [])
        {
            if (training.Folder.Checkpoints.LoadNewest() is { } checkpoint && checkpoint.SequencesSeen > settings.Sequences)
                throw new UsageException($"--sequences is {settings.Sequences}, and the training in {training.Folder.Path} has seen {checkpoint.SequencesSeen} already; expected at least as many.");
        }

        using var held = folder.Lock();
        return await new SeedSweep(settings, folder, terminal).RunAsync(trainings, seeds, cancellation);
    }

    private async Task<int> RunAsync(SeedTraining[] trainings, string seeds, CancellationToken cancellation)
    {
        // The seeds first: they make the folder a sweep's.
        AtomicFile.Write(_folder.SeedsFile, s => s.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { seeds }, Camel))));
        _folder.Prepare(_settings);
        (Interruption.Grace, Interruption.Advice) = (TrainingQueue.Grace, $"The trainings save and end. To resume: {ResumeCommand}");
        _terminal.Line($"Training {_settings.Task} with {trainings.Length} seeds, {TrainingQueue.AtOnce(trainings.Length)} at once. Ctrl-C stops and saves.");
        var finished = await TrainingQueue.RunAsync(trainings, this, _terminal, cancellation);
        new SweepReport(_settings, _folder, _terminal).Tell([.. trainings.Select(t => (_outcomes.GetValueOrDefault(t.Seed) ?? Earlier(t), t.Folder))]);
        if (!finished)
            _terminal.Line($"Interrupted. To resume: {ResumeCommand}");
        return trainings.All(t => _outcomes.GetValueOrDefault(t.Seed)?.Failure is not null) ? ExitCode.Failure : ExitCode.Success;
    }

    public void OnWait(SeedTraining training) => _terminal.Line($"Seed {training.Seed}: another process is training in {training.Folder.Path}; waiting for it.");

    public void OnEnd(SeedTraining training, TrialOutcome<TrainingSummary> trial)
    {
        var outcome = new SeedOutcome(training.Seed, trial);
        _outcomes[training.Seed] = outcome;
        if (trial.Result is not { } summary)
        {
            _terminal.Line($"Seed {training.Seed} failed, and the others continue: {outcome.Failure}");
            return;
        }

        var numbers = outcome.Measured is { } m ? $"cost {TrainingReporter.Number(m.CostBits!.Value)}, wrong {TrainingReporter.Number(m.WrongBits!.Value)}" : "not yet measured";
        _terminal.Line(FormattableString.Invariant(
            $"Seed {training.Seed}: {summary.Outcome} after {summary.SequencesSeen:N0} sequences in {TrainingReporter.Duration(TimeSpan.FromSeconds(summary.Seconds))}; {numbers}."));
    }

    /// <summary>Returns the outcome that an earlier call had for a seed that this one has not reached.</summary>
    private static SeedOutcome Earlier(SeedTraining training)
    {
        try
        {
            return new SeedOutcome(training.Seed, new(TrainingSummary.Read(training.Folder), null));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new SeedOutcome(training.Seed, new(null, null));
        }
    }

    private static void CheckSettings(TrainSettings settings)
    {
        _ = Torch.DeviceOf(settings);
        if (settings.Generations > 0 || settings.SettleSequences > 0)
            _ = BranchGoals.Of(settings);
    }

    /// <summary>Refuses a folder in which trainings would be replaced or mixed with others. Nothing is changed.</summary>
    private static void ThrowIfOccupied(RunFolder folder, IEnumerable<SeedTraining> trainings, bool overwrite)
    {
        if (File.Exists(folder.SeedsFile))
        {
            if (!overwrite)
                throw new UsageException($"{folder.Path} holds a sweep over seeds: '{ProgramName.Command} train --resume {ShellWord.Path(folder.Path)}' resumes it, --overwrite replaces its trainings of the same seeds, another --out leaves it.");
        }
        else if (SweepFolder.Is(folder.Path))
        {
            throw new UsageException($"{folder.Path} holds a sweep of 'sweep', with which another one does not mix; expected another --out.");
        }
        else if (folder.Holdings() is { } holdings)
        {
            throw new UsageException($"{folder.Path} holds {holdings.What}, with which a sweep over seeds does not mix; expected another --out.");
        }

        foreach (var training in overwrite ? [] : trainings)
            training.Folder.ThrowIfOccupied(overwrite);
    }
}

/// <summary>The outcome of one seed of a sweep.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Trial">What became of its training.</param>
internal sealed record SeedOutcome(int Seed, TrialOutcome<TrainingSummary> Trial)
{
    /// <summary>Why it failed, if it did.</summary>
    public string? Failure => Trial.Failure?.Message;

    /// <summary>Its training, if it was measured on held-out sequences.</summary>
    public TrainingSummary? Measured => Trial.Result is { CostBits: not null } summary ? summary : null;

    /// <summary>Why there are no numbers, in words.</summary>
    public string Reason => Failure
        ?? (Trial.Result is { } summary ? FormattableString.Invariant($"{(summary.IsInterrupted ? "interrupted" : summary.Outcome)} after {summary.SequencesSeen:N0} sequences, not yet measured") : "not yet measured");

    /// <summary>The record for <c>--json</c>.</summary>
    public object Record => (object?)Trial.Result ?? new { seed = Seed, outcome = Failure is null ? "unmeasured" : "failed", reason = Reason };
}

/// <summary>The training of one seed of a sweep.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Sweep">The sweep's folder, with the settings.</param>
/// <param name="Settings">The settings of all seeds.</param>
/// <param name="Given">The options that the user gave, for a training that resumes; <see langword="null"/> where all start over.</param>
/// <param name="Options">Further options.</param>
internal sealed record SeedTraining(int Seed, RunFolder Sweep, TrainSettings Settings, JsonObject? Given, IReadOnlyList<string> Options) : IQueuedTraining
{
    public string Name => NameOf(Seed);

    public RunFolder Folder { get; } = new(Path.Combine(Sweep.Path, NameOf(Seed)));

    public double Work => Settings.Sequences;

    /// <summary>The name of a seed's training and of its folder.</summary>
    public static string NameOf(int seed) => FormattableString.Invariant($"seed-{seed}");

    public double Progress()
    {
        var own = Settings.Clone();
        own.Seed = Seed;
        return new PlannedFolder(own, Folder).Progress();
    }

    /// <summary>A seed that has ended may also have to continue, with other options than before.</summary>
    public TrainingSummary? Done() => null;

    public IEnumerable<string> Arguments() => Given is not null && File.Exists(Folder.SettingsFile)
        ? ["train", "--resume", Folder.Path, "--json", .. Options.Except(["--overwrite"]), .. Given.SelectMany(option => (string[])[$"--{option.Key}", $"{option.Value}"])]
        :
        [
            "train", Settings.Task, "--config", Sweep.SettingsFile, "--seed", FormattableString.Invariant($"{Seed}"), "--threads", "1", "--out", Folder.Path, "--json", .. Options,
        ];
}
