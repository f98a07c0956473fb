using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The trainer's options of some settings.</summary>
internal static class TrainerOptions
{
    /// <summary>Those of a training that is not saved on its way.</summary>
    public static TrainingOptions Of(TrainSettings settings) => new()
    {
        Optimizer = settings.Optimizer switch
        {
            OptimizerKind.Adam => new Adam { LearningRate = settings.Lr, Beta1 = settings.Beta1, Beta2 = settings.Beta2, Epsilon = settings.Epsilon ?? 1e-8 },
            OptimizerKind.RmsProp => new RmsProp { LearningRate = settings.Lr, Alpha = settings.Alpha, Momentum = settings.Momentum, Epsilon = settings.Epsilon ?? 1e-8 },
            _ => new GravesRmsProp { LearningRate = settings.Lr, Alpha = settings.Alpha, Momentum = settings.Momentum, Epsilon = settings.Epsilon ?? 1e-4 },
        },
        Schedule = settings.Schedule,
        FinalRate = settings.FinalRate,
        RestartAt = settings.RestartAt,
        RestartRate = settings.RestartRate,
        GradientClipping = new ClipByValue { ClipValue = settings.GradientClip },
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
