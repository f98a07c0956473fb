using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ntm.Training;

/// <summary>The checkpoints of one training: <c>checkpoint-SEQUENCES.safetensors</c>, and <c>best.safetensors</c>.</summary>
/// <param name="path">The folder; it need not exist.</param>
/// <param name="logger">The logger; <see langword="null"/> for none.</param>
public sealed partial class CheckpointFolder(string path, ILogger? logger = null)
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";

    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The file of the checkpoint with the lowest cost on held-out sequences.</summary>
    public string BestFile => System.IO.Path.Combine(Path, "best" + Extension);

    /// <summary>The checkpoint files by number of sequences, the newest first, without the best one.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Path)
        ? [.. Directory.EnumerateFiles(Path, Prefix + "*" + Extension).Where(f => SequencesOf(f) is not null).OrderByDescending(SequencesOf)]
        : [];

    /// <summary>Returns the newest intact checkpoint, if there is one. Damaged checkpoints are reported to the logger and to <paramref name="damaged"/>,
    /// and are not deleted.</summary>
    /// <param name="damaged">Receives every checkpoint that could not be read.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public TrainingCheckpoint? LoadNewest(Action<string>? damaged = null) => LoadNewest(_ => true, damaged);

    /// <summary>Returns the newest intact checkpoint whose number of sequences satisfies a condition.</summary>
    internal TrainingCheckpoint? LoadNewest(Func<long, bool> admits, Action<string>? damaged = null)
    {
        foreach (var file in Files.Where(f => admits(SequencesOf(f)!.Value)))
        {
            try
            {
                return TrainingCheckpoint.Load(file);
            }
            catch (Exception e) when (e is CheckpointException or IOException or UnauthorizedAccessException)
            {
                LogDamaged(file, e.Message);
                damaged?.Invoke(e.Message);
            }
        }

        return null;
    }

    /// <summary>Deletes all checkpoints, including the best one.</summary>
    /// <exception cref="IOException">A checkpoint cannot be deleted.</exception>
    public void Clear()
    {
        foreach (var file in Files.Append(BestFile).Where(File.Exists))
            File.Delete(file);
    }

    internal string FileOf(long sequences) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequences:D12}{Extension}"));

    /// <summary>Returns the number of sequences in a checkpoint's file name; null if it is not a checkpoint's name.</summary>
    internal static long? SequencesOf(string file)
    {
        var name = System.IO.Path.GetFileName(file.AsSpan());
        return long.TryParse(name[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var sequences) ? sequences : null;
    }

    /// <summary>Deletes the checkpoints that satisfy a condition. A file that cannot be deleted stays, which is harmless.</summary>
    internal void Delete(Func<string, bool> condition)
    {
        foreach (var file in Files.Where(condition))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotDeleted(file, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The checkpoint {File} is ignored: {Reason}")]
    private partial void LogDamaged(string file, string reason);

    [LoggerMessage(LogLevel.Warning, "The old checkpoint {File} could not be deleted: {Reason}")]
    private partial void LogNotDeleted(string file, string reason);
}
