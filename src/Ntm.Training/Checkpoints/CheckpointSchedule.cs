using System.Diagnostics;

namespace Ntm.Training.Checkpoints;

/// <summary>Decides when a checkpoint is due.</summary>
internal sealed class CheckpointSchedule(CheckpointOptions options, int batchSize)
{
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    /// <summary>Tells whether a checkpoint is due after an update.</summary>
    public bool IsDue(long seen) => IsRegular(seen) || (options.Minutes > 0 && _sinceLast.Elapsed.TotalMinutes >= options.Minutes);

    /// <summary>
    /// Tells whether a checkpoint at this place is due by sequences, not by the clock. A training that diverged returns only to such a checkpoint, so
    /// that it does the same on machines of any speed.
    /// </summary>
    public bool IsRegular(long seen) =>
        seen == 0 || (options.Interval > 0 && seen / options.Interval != Math.Max(0, seen - batchSize) / options.Interval);

    public void Restart() => _sinceLast.Restart();
}
