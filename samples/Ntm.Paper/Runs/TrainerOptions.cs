using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The trainer's options of some settings.</summary>
internal static class TrainerOptions
{
    /// <summary>Those of a training that is not saved on its way.</summary>
    public static TrainingOptions Of(TrainSettings settings) => new()
    {
        Optimizer = settings.Optimizer,
        LearningRate = settings.Lr,
        Schedule = settings.Schedule,
        FinalRate = settings.FinalRate,
        RestartAt = settings.RestartAt,
        RestartRate = settings.RestartRate,
        Alpha = settings.Alpha,
        Momentum = settings.Momentum,
        Beta1 = settings.Beta1,
        Beta2 = settings.Beta2,
        Epsilon = settings.Epsilon,
        GradientClip = settings.GradientClip,
        BatchSize = settings.BatchSize,
        Sequences = settings.Sequences,
        Seed = settings.Seed,
        ReportInterval = settings.ReportInterval,
        EvaluationInterval = settings.EvaluationInterval,
        StopWhenSolved = settings.Until == Until.Solved,
        CollapseShare = settings.CollapseShare,
        OnDivergence = settings.OnDivergence,
        MaxRollbacks = settings.MaxRollbacks,
        RollbackRate = settings.RollbackRate,
    };

    /// <summary>Those of a training that is saved in a folder.</summary>
    public static TrainingOptions Of(TrainSettings settings, RunFolder folder)
    {
        var options = Of(settings);
        options.Checkpoints = new CheckpointOptions
        {
            Folder = folder.Checkpoints.Path,
            Interval = settings.CheckpointInterval,
            Minutes = settings.CheckpointMinutes,
            KeepLast = settings.KeepCheckpoints,
            Metadata = new Dictionary<string, string> { [RunFolder.SettingsKey] = SettingsJson.Write(settings) },
        };
        return options;
    }
}
