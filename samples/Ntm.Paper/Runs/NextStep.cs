using System.Text.Json;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>What a user may try next.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Command">The command, as it is typed into a shell.</param>
internal sealed record NextStep(string What, string Command)
{
    private const long MostSequences = 1_000_000_000_000;

    /// <summary>What to try where a training has not solved its task.</summary>
    /// <param name="settings">The settings of the training.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="outcome">How it ended.</param>
    public static IReadOnlyList<NextStep> ForUnsolved(TrainSettings settings, string folder, TrainingOutcome outcome)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        List<NextStep> steps = [Further(settings, folder, outcome)];
        var preset = SettingsResolver.Resolve(settings.Task, null, new() { ["architecture"] = SettingsJson.Name(settings.Architecture), ["preset"] = settings.Preset });
        if ((settings.Optimizer, settings.Lr, settings.BatchSize) != (preset.Optimizer, preset.Lr, preset.BatchSize))
        {
            var presets = Copy(settings);
            (presets.Optimizer, presets.Lr, presets.BatchSize, presets.Schedule) = (preset.Optimizer, preset.Lr, preset.BatchSize, preset.Schedule);
            steps.Add(new(
                FormattableString.Invariant($"the preset's optimizer, {SettingsJson.Name(preset.Optimizer)} with a learning rate of {preset.Lr} and {preset.BatchSize} at once, instead of {SettingsJson.Name(settings.Optimizer)} with {settings.Lr} and {settings.BatchSize}"),
                Anew(presets, $"{folder}-{SettingsJson.Name(preset.Optimizer)}")));
        }
        else
        {
            var slower = Copy(settings);
            slower.Lr = settings.Lr / 2;
            steps.Add(new("half the learning rate", Anew(slower, $"{folder}-lr")));
        }

        var other = Copy(settings);
        other.Seed = settings.Seed == int.MaxValue ? 1 : settings.Seed + 1;
        steps.Add(new("another seed, for some fail by chance", Anew(other, FormattableString.Invariant($"{folder}-seed-{other.Seed}"))));
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

    private static string Anew(TrainSettings settings, string folder) =>
        $"{ProgramName.Command} {ShellWord.Join(SettingsCommand.Arguments(settings))} --out {ShellWord.Path(folder)}";

    private static TrainSettings Copy(TrainSettings settings) =>
        JsonSerializer.SerializeToNode(settings, SettingsJson.Options)!.Deserialize<TrainSettings>(SettingsJson.Options)!;
}
