namespace Ntm.Training.Checkpoints;

/// <summary>The state of a training, without the weights and the optimizer: small enough to be a line of JSON.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Data">A fingerprint of the task's first sequences.</param>
/// <param name="Seen">The number of sequences trained on.</param>
/// <param name="Before">The number of sequences trained on before the last update.</param>
/// <param name="IsUpdateOpen">Whether evaluation and report after the last update are still due.</param>
/// <param name="Updates">The number of updates.</param>
/// <param name="Streak">The number of evaluations in a row that reached the goal.</param>
/// <param name="RateFactor">The factor of the learning rate after divergences.</param>
/// <param name="SchedulerRate">The rate of torch's scheduler for the next update; null if there is none.</param>
/// <param name="Rollbacks">The number of times that the training returned to a checkpoint.</param>
/// <param name="Seconds">The number of seconds of training.</param>
/// <param name="Sum">The score since the last point of the learning curve.</param>
/// <param name="Outcome">How the training ended, if it did.</param>
/// <param name="StopReason">The reason of the observer that ended it, if one did.</param>
internal sealed record TrainingState(
    string Task,
    string Data,
    long Seen,
    long Before,
    bool IsUpdateOpen,
    long Updates,
    int Streak,
    double RateFactor,
    double? SchedulerRate,
    int Rollbacks,
    double Seconds,
    SavedScore Sum,
    TrainingOutcome? Outcome,
    string? StopReason);
