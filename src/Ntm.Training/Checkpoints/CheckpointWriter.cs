using Microsoft.Extensions.Logging;
using Ntm.Core.Serialization;

namespace Ntm.Training.Checkpoints;

/// <summary>Saves a training at intervals. Errors are reported, and never end the training or damage earlier checkpoints.</summary>
internal sealed partial class CheckpointWriter
{
    private readonly CheckpointOptions _options;
    private readonly CheckpointSchedule _schedule;
    private readonly ILogger _logger;
    private double _best = double.PositiveInfinity;
    private int _judged;

    /// <param name="options">The training's options.</param>
    /// <param name="isNew">Whether a new training starts, rather than one that resumes.</param>
    /// <param name="evaluations">The evaluations so far.</param>
    /// <param name="logger">The logger.</param>
    /// <exception cref="IOException">The folder cannot be created, or a new training starts in a folder with checkpoints.</exception>
    public CheckpointWriter(TrainingOptions options, bool isNew, IReadOnlyList<EvaluationPoint> evaluations, ILogger logger)
    {
        _options = options.Checkpoints!;
        _logger = logger;
        _schedule = new CheckpointSchedule(_options, options.BatchSize);
        Folder = new CheckpointFolder(_options.Folder, logger);
        Directory.CreateDirectory(_options.Folder);
        if (isNew && Folder.Files.Count > 0)
        {
            throw new IOException(
                $"{nameof(CheckpointOptions.Folder)} is '{_options.Folder}', which holds checkpoints of another training ({Path.GetFileName(Folder.Files[0])}); expected an empty folder, or a training that resumes.");
        }

        AtomicFile.DeleteLeftovers(_options.Folder);
        _ = IsBest(evaluations);
    }

    public CheckpointFolder Folder { get; }

    /// <summary>The number of sequences of the newest checkpoint of this process; -1 if there is none.</summary>
    public long LastSaved { get; private set; } = -1;

    public bool IsDue(long seen) => _schedule.IsDue(seen);

    /// <summary>Tells whether the newest evaluation, if it has not been compared yet, is the best so far.</summary>
    public bool IsBest(IReadOnlyList<EvaluationPoint> evaluations)
    {
        var isBest = false;
        for (; _judged < evaluations.Count; _judged++)
        {
            isBest = evaluations[_judged].Score.MeanCost < _best;
            if (isBest)
                _best = evaluations[_judged].Score.MeanCost;
        }

        return isBest && _options.KeepBest;
    }

    /// <summary>Saves a checkpoint and deletes old ones.</summary>
    /// <param name="write">Writes a file.</param>
    /// <param name="seen">The number of sequences trained on.</param>
    /// <returns>The error, if there was one.</returns>
    public Exception? Save(Action<string> write, long seen)
    {
        // Also after a failure, so that a full disk is not tried again with every update.
        _schedule.Restart();
        LastSaved = seen;
        if (Try(write, Folder.FileOf(seen)) is { } error)
            return error;
        var regular = Folder.Files.FirstOrDefault(f => _schedule.IsRegular(CheckpointFolder.SequencesOf(f)!.Value));
        var kept = Folder.Files.Take(_options.KeepLast).Append(regular).ToHashSet();
        Folder.Delete(file => !kept.Contains(file));
        return null;
    }

    /// <summary>Saves the best checkpoint.</summary>
    /// <returns>The error, if there was one.</returns>
    public Exception? SaveBest(Action<string> write) => Try(write, Folder.BestFile);

    /// <summary>Returns the checkpoint for a training that diverged. Later ones are deleted, because they lead to the same divergence.</summary>
    public TrainingCheckpoint? LoadForRollback()
    {
        var checkpoint = Folder.LoadNewest(_schedule.IsRegular);
        if (checkpoint is not null)
            Folder.Delete(file => CheckpointFolder.SequencesOf(file) > checkpoint.SequencesSeen);
        (_best, _judged) = (double.PositiveInfinity, 0);
        if (checkpoint is not null)
            _ = IsBest(checkpoint.Evaluations);
        return checkpoint;
    }

    private Exception? Try(Action<string> write, string file)
    {
        try
        {
            write(file);
            LogSaved(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(file, e.Message);
            return e;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Saved {File}")]
    private partial void LogSaved(string file);

    [LoggerMessage(LogLevel.Warning, "The checkpoint {File} could not be written: {Reason} The training continues; earlier checkpoints are kept")]
    private partial void LogNotSaved(string file, string reason);
}
