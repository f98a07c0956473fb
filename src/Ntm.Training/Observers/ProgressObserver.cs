namespace Ntm.Training.Observers;

/// <summary>Forwards progress to .NET's <see cref="IProgress{T}"/>.</summary>
internal sealed class ProgressObserver(IProgress<TrainingProgress> progress) : ITrainingObserver
{
    public void OnProgress(TrainingContext training, TrainingProgress report) => progress.Report(report);
}
