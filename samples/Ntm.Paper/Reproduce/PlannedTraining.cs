using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Reproduce;

/// <summary>A training of a reproduction: not begun, begun or done, as its folder shows.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="ExpectedSeconds">About how long it takes.</param>
internal sealed record PlannedTraining(TrainSettings Settings, RunFolder Folder, double ExpectedSeconds) : IQueuedTraining
{
    private readonly PlannedFolder _planned = new(Settings, Folder);

    /// <inheritdoc />
    public string Name => FormattableString.Invariant($"{Settings.Task} {SettingsJson.Name(Settings.Architecture)} seed {Settings.Seed}");

    /// <inheritdoc />
    public double Work => ExpectedSeconds;

    /// <summary>Returns the result if the training is done.</summary>
    /// <exception cref="InvalidDataException">Its folder is damaged.</exception>
    public TrainingSummary? Summary() => _planned.Summary();

    /// <inheritdoc />
    public TrainingSummary? Done() => Summary();

    /// <summary>How the settings of the training in its folder differ from the plan's; <see langword="null"/> if they do not, or there is none.</summary>
    /// <exception cref="UsageException">Its settings are damaged.</exception>
    public string? Difference() => _planned.Difference();

    /// <inheritdoc />
    public double Progress() => _planned.Progress();

    /// <inheritdoc />
    /// <remarks>What another plan trained in the folder is replaced: the reproduction has asked before.</remarks>
    public IEnumerable<string> Arguments() => Folder.Checkpoints.Files.Count > 0 && _planned.IsOfThisPlan()
        ? ["train", "--resume", Folder.Path, "--threads", "1", "--json"]
        : [.. SettingsCommand.Arguments(Settings), "--threads", "1", "--out", Folder.Path, "--overwrite", "--json"];
}
