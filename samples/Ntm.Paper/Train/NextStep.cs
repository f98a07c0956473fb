using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Train;

/// <summary>A suggestion of what to try next.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Command">The command, as it is typed into a shell.</param>
internal sealed record NextStep(string What, string Command)
{
    private const long MostSequences = 1_000_000_000_000;

    /// <summary>Returns suggestions for a training that has not solved its task.</summary>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="outcome">How it ended.</param>
    public static IReadOnlyList<NextStep> ForUnsolved(TrainSettings settings, string folder, TrainingOutcome outcome)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        List<NextStep> steps = [Further(settings, folder, outcome)];
        var preset = SettingsResolver.PresetLike(settings);
        if ((settings.Optimizer.Name, settings.Optimizer.LearningRate, settings.BatchSize) != (preset.Optimizer.Name, preset.Optimizer.LearningRate, preset.BatchSize))
        {
            var presets = settings.Clone();
            (presets.Optimizer, presets.BatchSize, presets.Schedule) = (preset.Optimizer, preset.BatchSize, preset.Schedule);
            steps.Add(new(
                FormattableString.Invariant($"the preset's optimizer, {preset.Optimizer.Name} with a learning rate of {preset.Optimizer.LearningRate} and {preset.BatchSize} at once, instead of {settings.Optimizer.Name} with {settings.Optimizer.LearningRate} and {settings.BatchSize}"),
                Again(presets, $"{folder}-{preset.Optimizer.Name}")));
        }
        else
        {
            var slower = settings.Clone();
            slower.Optimizer.LearningRate /= 2;
            steps.Add(new("half the learning rate", Again(slower, $"{folder}-lr")));
        }

        var other = settings.Clone();
        other.Seed = settings.Seed == int.MaxValue ? 1 : settings.Seed + 1;
        steps.Add(new("another seed, for some fail by chance", Again(other, FormattableString.Invariant($"{folder}-seed-{other.Seed}"))));
        return steps;
    }

    private static NextStep Further(TrainSettings settings, string folder, TrainingOutcome outcome)
    {
        var resume = $"{ProgramName.Command} train --resume {ShellWord.Path(folder)}";
        return outcome switch
        {
            TrainingOutcome.Stopped => new("the rest of the sequences, without ending early", $"{resume} --patience 0"),
            TrainingOutcome.Solved => new("the rest of the sequences: held-out sequences looked solved too early", $"{resume} --until end"),
            _ => new("more sequences", FormattableString.Invariant($"{resume} --sequences {Math.Min(2 * settings.Sequences, MostSequences)}")),
        };
    }

    private static string Again(TrainSettings settings, string folder) =>
        $"{ProgramName.Command} {ShellWord.Join(SettingsCommand.Arguments(settings))} --out {ShellWord.Path(folder)}";
}
