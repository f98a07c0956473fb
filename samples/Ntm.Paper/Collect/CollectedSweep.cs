using Ntm.Paper.Output;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Sweeps;
using Ntm.Paper.Train;

namespace Ntm.Paper.Collect;

/// <summary>All trainings of a sweep, as its folder has them at this moment, on whichever machines they were trained.</summary>
/// <param name="Task">The task.</param>
/// <param name="Varied">The varied settings, by their keys.</param>
/// <param name="IsHalving">Whether there are rungs.</param>
/// <param name="Trainings">The trainings, by rung and number.</param>
internal sealed record CollectedSweep(string Task, IReadOnlyList<string> Varied, bool IsHalving, IReadOnlyList<CollectedTraining> Trainings)
{
    /// <summary>The trainings of each combination in each rung.</summary>
    public IReadOnlyList<CollectedRow> Rows => [.. Trainings.GroupBy(t => (t.Training.Rung, t.Training.Combination.Number)).Select(group => new CollectedRow([.. group]))];

    /// <summary>The trainings of each combination in the last rung that it has reached.</summary>
    public IReadOnlyList<CollectedTraining> Last =>
        [.. Trainings.GroupBy(t => (t.Training.Combination.Number, t.Training.Settings.Seed)).Select(rungs => rungs.MaxBy(t => t.Training.Rung)!).OrderBy(t => t.Training.Number)];

    /// <summary>Reads the folder of <c>sweep</c> or of <c>train --seeds</c>.</summary>
    /// <exception cref="UsageException">It is neither, or damaged.</exception>
    public static CollectedSweep Read(string path)
    {
        if (SweepFolder.Is(path))
        {
            var folder = new SweepFolder(path);
            return Read(folder, new SweepPlan(folder.Definition(), folder.DefinitionFile));
        }

        var run = new RunFolder(path);
        if (!File.Exists(run.SeedsFile))
            throw new UsageException($"'{path}' is no sweep; expected a folder that 'sweep' or 'train --seeds' wrote.");
        var settings = SettingsResolver.Read(SettingsJson.ReadFile(run.SettingsFile, "collect"), run.SettingsFile);
        var combination = new SweepCombination(0, [], settings);
        return new CollectedSweep(settings.Task, [], IsHalving: false, [.. SeedSweep.SeedsOf(path).Select((seed, number) => OfSeed(seed, number))]);

        CollectedTraining OfSeed(int seed, int number)
        {
            var own = settings.Clone();
            own.Seed = seed;
            var training = new SweepTraining(number, SeedTraining.NameOf(seed), 0, combination, own);
            return CollectedTraining.Read(training, new RunFolder(Path.Combine(path, training.Name)), new SweepFolder(path).Failure(training));
        }
    }

    /// <summary>Reads the folder of a sweep.</summary>
    public static CollectedSweep Read(SweepFolder folder, SweepPlan plan)
    {
        List<CollectedTraining> trainings = [];
        for (var rung = 0; rung < plan.Rungs && folder.Rung(rung, plan) is { } combinations; rung++)
            trainings.AddRange(plan.Trainings(rung, combinations).Select(t => CollectedTraining.Read(t, folder.Of(t), folder.Failure(t))));
        return new CollectedSweep(plan.Task, plan.Varied, plan.IsHalving, trainings);
    }

    /// <summary>The record for <c>--json</c>.</summary>
    /// <param name="withTimes">Whether it has seconds, which no two runs share.</param>
    public object Record(bool withTimes) => new
    {
        task = Task,
        trainings = Trainings.Count,
        done = Trainings.Count(t => t.State == CollectedTraining.Done),
        failed = Trainings.Count(t => t.State == CollectedTraining.Failed),
        left = Trainings.Count(t => t.Outcome.IsPending),
        combinations = Rows.Select(row => row.Record(IsHalving, withTimes)).ToArray(),
    };

    /// <summary>How many are done, in words.</summary>
    public string Counts()
    {
        var states = Trainings.CountBy(t => t.State).Where(s => s.Key != CollectedTraining.Done).Select(s => FormattableString.Invariant($", {s.Value} {s.Key}"));
        return FormattableString.Invariant($"{Trainings.Count(t => t.State == CollectedTraining.Done)} of {Trainings.Count} trainings are done{string.Concat(states)}.");
    }

    /// <summary>The command that collects a folder.</summary>
    public static string Command(string path) => $"{ProgramName.Command} collect {ShellWord.Path(path)}";
}
