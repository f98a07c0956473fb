namespace Ntm.Training.Tests.Support;

/// <summary>Records an observer's callbacks, and does something at each.</summary>
internal sealed class Recorder(Action<string, TrainingContext>? then = null) : ITrainingObserver
{
    public List<string> Calls { get; } = [];

    public List<(string File, Exception? Failure)> Checkpoints { get; } = [];

    public void OnStarted(TrainingContext training) => Note("started", training);

    public void OnProgress(TrainingContext training, TrainingProgress progress) => Note($"progress {progress.Point.Sequences}", training);

    public void OnEvaluated(TrainingContext training, EvaluationPoint evaluation) => Note($"evaluated {evaluation.Sequences}", training);

    public void OnCheckpoint(TrainingContext training, string file, Exception? failure)
    {
        Checkpoints.Add((file, failure));
        Note($"checkpoint {Path.GetFileName(file)}", training);
    }

    public void OnRolledBack(TrainingContext training, TrainingDivergedException divergence) => Note($"rolled back {training.SequencesSeen}", training);

    public void OnEnded(TrainingContext training, TrainingResult result) => Note($"ended {result.Outcome}", training);

    private void Note(string call, TrainingContext training)
    {
        Calls.Add(call);
        then?.Invoke(call, training);
    }
}
