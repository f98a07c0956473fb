namespace Ntm.Training.Observers;

/// <summary>Passes progress on to .NET's own interface for it.</summary>
internal sealed class ProgressObserver(IProgress<TrainingProgress> progress) : ITrainingObserver
{
    public void OnProgress(TrainingContext training, TrainingProgress report) => progress.Report(report);
}
