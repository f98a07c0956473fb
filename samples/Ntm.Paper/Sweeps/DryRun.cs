using Ntm.Paper.Collect;
using Ntm.Paper.Output;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Sweeps;

/// <summary>Lists the trainings of a sweep, with the command of each that trains it alone.</summary>
internal static class DryRun
{
    /// <returns>The exit code.</returns>
    public static int Tell(SweepPlan plan, SweepFolder folder, Shard shard, Terminal terminal)
    {
        var sweep = CollectedSweep.Read(folder, plan);
        foreach (var training in sweep.Trainings)
        {
            terminal.Line($"{training.Training.Name}: {training.State}");
            terminal.Line($"  {CommandOf(training.Training.Settings)}");
        }

        if (shard.Count > 1)
            terminal.Line($"Shard {shard} begins with {sweep.Trainings.Count(t => shard.Owns(t.Training.Number))} of them.");
        for (var rung = 1; rung < plan.Rungs; rung++)
        {
            if (folder.Rung(rung, plan) is null)
                terminal.Line(FormattableString.Invariant($"Rung {rung + 1}: the best {plan.CombinationsIn(rung)} of {plan.Combinations.Count} combinations, {plan.Trainings(rung, [0])[0].Settings.Sequences:N0} sequences each."));
        }

        terminal.Line($"{sweep.Counts()} Nothing was trained or written.");
        terminal.Result(new
        {
            folder = folder.Path,
            trainings = sweep.Trainings.Select(t => new { name = t.Training.Name, state = t.State, isOwn = shard.Owns(t.Training.Number), command = CommandOf(t.Training.Settings) }).ToArray(),
        });
        return ExitCode.Success;
    }

    private static string CommandOf(TrainSettings settings) => $"{ProgramName.Tool} {ShellWord.Join(SettingsCommand.Arguments(settings))}";
}
