using System.Text;
using System.Text.Json.Nodes;
using Ntm.Core.Serialization;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The folder that a training writes: model, history as CSV and JSON, settings, result, checkpoints. Every file is written atomically.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The key of the metadata of models and checkpoints that holds the settings of their training.</summary>
    public const string SettingsKey = "settings";

    public string Path { get; } = path;

    /// <summary>Where a training goes that names no folder: <c>runs/TASK</c>, and for all but the first architecture <c>runs/TASK-ARCHITECTURE</c>,
    /// so that none takes another's place.</summary>
    public static string DefaultPath(TrainSettings settings) => System.IO.Path.Combine(
        "runs", settings.Architecture == default ? settings.Task : $"{settings.Task}-{SettingsJson.Name(settings.Architecture)}");

    public string ModelFile => System.IO.Path.Combine(Path, "model.safetensors");

    /// <param name="path">A model's file, a run's folder, or the name of a model that comes with the program.</param>
    /// <returns>The model's file.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    public static string ModelFileOf(string path)
    {
        var folder = Directory.Exists(path) ? path : File.Exists(path) ? null : ShippedModels.Find(path);
        var file = folder is null ? path : new RunFolder(folder).ModelFile;
        return File.Exists(file)
            ? file
            : throw new UsageException($"The model is '{path}'; expected a model's file, a folder with model.safetensors, as 'train' writes it, or a task for the model of it that comes with the program.");
    }

    public string HistoryCsv => System.IO.Path.Combine(Path, "history.csv");

    public string HistoryJson => System.IO.Path.Combine(Path, "history.json");

    public string SettingsFile => System.IO.Path.Combine(Path, "settings.json");

    /// <summary>What the training gave; there is none while it goes on.</summary>
    public string ResultFile => System.IO.Path.Combine(Path, "result.json");

    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>The folder of what a search among branches goes on from; there is none without <c>--generations</c>.</summary>
    public string Branches => System.IO.Path.Combine(Path, "branches");

    public CheckpointFolder Checkpoints => new(System.IO.Path.Combine(Path, "checkpoints"));

    /// <summary>Makes the folder and keeps other processes from training there until what is returned is disposed.</summary>
    /// <exception cref="IOException">It cannot be made or written, or another process is training there.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        try
        {
            // The system gives the lock back even if the process is killed.
            return new FileStream(System.IO.Path.Combine(Path, ".lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException))
        {
            throw new IOException($"{Path} cannot be locked, perhaps because another process is training there: {e.Message}", e);
        }
    }

    /// <summary>Sees that the folder can be written, before anything is learned that would then be lost.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Prepare(TrainSettings settings)
    {
        Directory.CreateDirectory(Path);
        AtomicFile.DeleteLeftovers(Path);
        File.Delete(ResultFile);
        AtomicFile.Write(SettingsFile, stream => stream.Write(Encoding.UTF8.GetBytes(SettingsJson.Write(settings))));
    }

    /// <summary>Makes room for a new training. What an earlier one has finished is replaced; what it was interrupted in, only if that is wanted.</summary>
    /// <exception cref="UsageException">The folder holds a training that was interrupted.</exception>
    public void Clear(bool overwrite)
    {
        var newest = overwrite || Checkpoints.Files.Count == 0 ? null : Checkpoints.LoadNewest();
        var isSearching = Directory.Exists(Branches) && TrainingSummary.Read(this) is not { IsInterrupted: false };
        if (!overwrite && Checkpoints.Files.Count > 0 && (newest?.Outcome is null || isSearching))
        {
            var where = newest is null ? "" : FormattableString.Invariant($" after {newest.SequencesSeen:N0} sequences");
            throw new UsageException($"{Path} holds a training that was interrupted{where}: 'train --resume {Path}' goes on with it, '--overwrite' starts anew.");
        }

        Checkpoints.Clear();
        if (Directory.Exists(Branches))
            Directory.Delete(Branches, recursive: true);
    }

    public void Save(PaperModel model, TrainSettings settings) =>
        model.Save(ModelFile, new Dictionary<string, string> { [SettingsKey] = SettingsJson.Write(settings) });

    /// <summary>The newest checkpoint, if there is one, and the settings of its training.</summary>
    /// <param name="damaged">Is told of every checkpoint that cannot be read.</param>
    /// <exception cref="UsageException">There is nothing to go on with.</exception>
    public (TrainingCheckpoint? Checkpoint, JsonObject Settings) LoadForResume(Action<string> damaged)
    {
        var checkpoint = Checkpoints.LoadNewest(damaged);
        if (checkpoint is not null)
        {
            return checkpoint.Metadata.TryGetValue(SettingsKey, out var text)
                ? (checkpoint, SettingsJson.Parse(text, checkpoint.Path))
                : throw new UsageException($"{checkpoint.Path}: found no settings; expected a checkpoint that 'train' wrote.");
        }

        if (Checkpoints.Files.Count > 0)
            throw new UsageException($"--resume {Path}: none of its {Checkpoints.Files.Count} checkpoints can be read.");
        // Interrupted before its first checkpoint, or never one of ours.
        return File.Exists(SettingsFile)
            ? (null, SettingsJson.ReadFile(SettingsFile, "--resume"))
            : throw new UsageException($"--resume {Path}: there is neither a checkpoint nor settings.json; expected a folder that 'train' wrote.");
    }

    /// <summary>The learning curve of a run, or none if the folder has no history.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public IReadOnlyList<TrainingPoint> ReadHistory() => File.Exists(HistoryJson) ? HistoryFiles.Read(HistoryJson) : [];
}
