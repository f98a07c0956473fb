using System.Text.Json.Nodes;
using Ntm.Paper.Runs;

namespace Ntm.Paper.Seeds;

/// <summary>The training of one seed of a sweep.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Sweep">The sweep's folder, with the settings.</param>
/// <param name="Task">The task.</param>
/// <param name="Given">The options that the user gave, for a training that goes on; <see langword="null"/> where all begin anew.</param>
/// <param name="Options">Further options.</param>
internal sealed record SeedTraining(int Seed, RunFolder Sweep, string Task, JsonObject? Given, IReadOnlyList<string> Options) : IQueuedTraining
{
    public RunFolder Folder { get; } = new(Path.Combine(Sweep.Path, FormattableString.Invariant($"seed-{Seed}")));

    /// <summary>Also one that has ended may have to go on, with other options than before.</summary>
    public TrainingSummary? Done() => null;

    public IEnumerable<string> Arguments() => Given is not null && File.Exists(Folder.SettingsFile)
        ? ["train", "--resume", Folder.Path, "--json", .. Options.Except(["--overwrite"]), .. Given.SelectMany(option => (string[])[$"--{option.Key}", $"{option.Value}"])]
        :
        [
            "train", Task, "--config", Sweep.SettingsFile, "--seed", FormattableString.Invariant($"{Seed}"), "--threads", "1", "--out", Folder.Path, "--json", .. Options,
        ];
}
