using System.Diagnostics;

namespace Ntm.Training.Checkpoints;

/// <summary>When a checkpoint is due.</summary>
internal sealed class CheckpointSchedule(CheckpointOptions options, int batchSize)
{
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();

    /// <summary>Whether one is due after an update.</summary>
    public bool IsDue(long seen) => IsRegular(seen) || (options.Minutes > 0 && _sinceLast.Elapsed.TotalMinutes >= options.Minutes);

    /// <summary>
    /// Whether a checkpoint at this place is due by sequences, not by the clock: only to such a one does a training return that diverged, so
    /// that it does the same however fast the machine is.
    /// </summary>
    public bool IsRegular(long seen) =>
        seen == 0 || (options.Interval > 0 && seen / options.Interval != Math.Max(0, seen - batchSize) / options.Interval);

    public void Restart() => _sinceLast.Restart();
}
