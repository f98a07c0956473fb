using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ntm.Training;

/// <summary>The checkpoints of one training: <c>checkpoint-SEQUENCES.safetensors</c>, and <c>best.safetensors</c>.</summary>
/// <param name="path">The folder; it need not exist.</param>
/// <param name="logger">Where it logs; <see langword="null"/> for nowhere.</param>
public sealed partial class CheckpointFolder(string path, ILogger? logger = null)
{
    private const string Prefix = "checkpoint-";
    private const string Extension = ".safetensors";

    private readonly ILogger _logger = logger ?? NullLogger.Instance;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>The file of the checkpoint with the lowest cost on held-out sequences.</summary>
    public string BestFile => System.IO.Path.Combine(Path, "best" + Extension);

    /// <summary>The files of the checkpoints by sequences, the newest first; the best one apart.</summary>
    public IReadOnlyList<string> Files => Directory.Exists(Path)
        ? [.. Directory.EnumerateFiles(Path, Prefix + "*" + Extension).Where(f => SequencesOf(f) is not null).OrderByDescending(SequencesOf)]
        : [];

    /// <summary>The newest checkpoint that is whole, if there is one. What is damaged is reported to the logger and <paramref name="damaged"/>,
    /// and left where it is.</summary>
    /// <param name="damaged">Is told of every checkpoint that could not be read.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public TrainingCheckpoint? LoadNewest(Action<string>? damaged = null) => LoadNewest(_ => true, damaged);

    /// <summary>The newest whole checkpoint among those that a condition on their sequences admits.</summary>
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

    /// <summary>Deletes all checkpoints, the best one as well.</summary>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    public void Clear()
    {
        foreach (var file in Files.Append(BestFile).Where(File.Exists))
            File.Delete(file);
    }

    internal string FileOf(long sequences) =>
        System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequences:D12}{Extension}"));

    /// <summary>The sequences that a checkpoint's name gives; null if it is no checkpoint's name.</summary>
    internal static long? SequencesOf(string file)
    {
        var name = System.IO.Path.GetFileName(file.AsSpan());
        return long.TryParse(name[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var sequences) ? sequences : null;
    }

    /// <summary>Deletes the checkpoints that a condition names. What cannot be deleted stays, which harms nothing.</summary>
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

    [LoggerMessage(LogLevel.Warning, "The checkpoint {File} is left out: {Reason}")]
    private partial void LogDamaged(string file, string reason);

    [LoggerMessage(LogLevel.Warning, "The old checkpoint {File} could not be deleted: {Reason}")]
    private partial void LogNotDeleted(string file, string reason);
}
