using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>The trainer's options of some settings.</summary>
internal static class TrainerOptions
{
    /// <summary>Returns the options of a training without checkpoints.</summary>
    public static TrainingOptions Of(TrainSettings settings)
    {
        var options = new TrainingOptions { StopWhenSolved = settings.Until == Until.Solved };
        SharedProperties<TrainSettings, TrainingOptions>.Copy(settings, options);
        // The settings keep their own optimizer.
        return options.Clone();
    }

    /// <summary>Returns the options of a training that is saved in a folder.</summary>
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
