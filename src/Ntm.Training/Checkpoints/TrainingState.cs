namespace Ntm.Training.Checkpoints;

/// <summary>Where a training stands, apart from weights and optimizer: small enough to be a line of JSON.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Data">A fingerprint of the task's first sequences.</param>
/// <param name="Seen">Sequences trained on.</param>
/// <param name="Before">Sequences trained on before the last update.</param>
/// <param name="IsUpdateOpen">Whether what follows an update, evaluation and report, is still to be done for the last one.</param>
/// <param name="Updates">Updates made.</param>
/// <param name="Streak">Evaluations in a row that reached the goal.</param>
/// <param name="RateFactor">What divergences have made of the learning rate.</param>
/// <param name="SchedulerRate">What torch's scheduler gives for the next update; null if there is none.</param>
/// <param name="Rollbacks">Times that the training returned to a checkpoint.</param>
/// <param name="Seconds">Seconds of training.</param>
/// <param name="Sum">The score since the last point of the learning curve.</param>
/// <param name="Outcome">How the training ended, if it did.</param>
/// <param name="StopReason">Why an observer ended it, if one did.</param>
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
