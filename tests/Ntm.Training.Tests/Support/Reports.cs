namespace Ntm.Training.Tests.Support;

/// <summary>Records reports on the thread that makes them; <see cref="Progress{T}"/> would post them elsewhere.</summary>
internal sealed class Reports(Action<TrainingProgress>? onReport = null) : IProgress<TrainingProgress>
{
    public List<TrainingProgress> All { get; } = [];

    public void Report(TrainingProgress value)
    {
        All.Add(value);
        onReport?.Invoke(value);
    }
}
