using System.Reflection;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The trainer's options of some settings.</summary>
internal static class TrainerOptions
{
    /// <summary>The properties of both by one name.</summary>
    private static readonly (PropertyInfo From, PropertyInfo To)[] Shared =
    [
        .. from setting in typeof(TrainSettings).GetProperties()
           join option in typeof(TrainingOptions).GetProperties() on (setting.Name, setting.PropertyType) equals (option.Name, option.PropertyType)
           select (setting, option),
    ];

    /// <summary>Those of a training that is not saved on its way.</summary>
    public static TrainingOptions Of(TrainSettings settings)
    {
        var options = new TrainingOptions { StopWhenSolved = settings.Until == Until.Solved };
        foreach (var (from, to) in Shared)
            to.SetValue(options, from.GetValue(settings));
        // Branches change the numbers of theirs.
        return options.Clone();
    }

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
