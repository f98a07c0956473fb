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
        var copy = options.Clone();
        copy.Optimizer.LearningRate *= RateFactor(settings);
        return copy;
    }

    /// <summary>Returns the factor of the learning rate by <c>--scale-lr</c>.</summary>
    public static double RateFactor(TrainSettings settings)
    {
        if (settings.ScaleLr == RateScaling.None)
            return 1;
        var preset = SettingsResolver.PresetOf(settings.Task, SettingsJson.Name(settings.Architecture), settings.Preset)["batch-size"]?.GetValue<int>();
        var ratio = (double)settings.BatchSize / (preset ?? new TrainSettings { Task = settings.Task }.BatchSize);
        return settings.ScaleLr == RateScaling.Linear ? ratio : Math.Sqrt(ratio);
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
