using System.Globalization;
using System.Text.Json.Nodes;
using Ntm.Paper.Processes;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>A training of a reproduction: not begun, begun or done, as its folder shows.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="ExpectedSeconds">About how long it takes.</param>
internal sealed record PlannedTraining(TrainSettings Settings, RunFolder Folder, double ExpectedSeconds) : IQueuedTraining
{
    /// <summary>Its name for people.</summary>
    public string Name => FormattableString.Invariant($"{Settings.Task} {SettingsJson.Name(Settings.Architecture)} seed {Settings.Seed}");

    /// <summary>Returns the result if the training is done.</summary>
    /// <exception cref="InvalidDataException">Its folder is damaged.</exception>
    public TrainingSummary? Summary() => TrainingSummary.Read(Folder) is { IsInterrupted: false } summary && File.Exists(Folder.ModelFile) && IsOfThisPlan() ? summary : null;

    /// <inheritdoc />
    public TrainingSummary? Done() => Summary();

    /// <summary>How the settings of the training in its folder differ from the plan's; <see langword="null"/> if they do not, or there is none.</summary>
    /// <exception cref="UsageException">Its settings are damaged.</exception>
    public string? Difference()
    {
        if (!File.Exists(Folder.SettingsFile))
            return null;
        var (there, here) = (WhatCounts(SettingsJson.ReadFile(Folder.SettingsFile, "--out")), Own());
        string[] keys = [.. there.Select(s => s.Key).Union(here.Select(s => s.Key)).Where(key => !JsonNode.DeepEquals(there[key], here[key]))];
        return keys.Length == 0 ? null : string.Join(", ", keys.Select(key => $"{key} {Text(there[key])} instead of {Text(here[key])}"));

        static string Text(JsonNode? value) => value?.ToString() ?? "none";
    }

    /// <summary>The share of its sequences that it has seen, those of its branches included.</summary>
    public double Progress()
    {
        try
        {
            if (!IsOfThisPlan())
                return 0;
        }
        catch (UsageException)
        {
            // Training it will report that.
            return 0;
        }

        var most = Settings.Sequences + (Settings.Generations * Settings.Branches * Settings.BranchSequences) + Settings.SettleSequences;
        return Math.Min(1, (double)(Seen() + Branches()) / most);
    }

    private long Seen()
    {
        string? last;
        try
        {
            last = File.Exists(Folder.HistoryCsv) ? File.ReadLines(Folder.HistoryCsv).LastOrDefault() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is being replaced.
            return 0;
        }

        return long.TryParse(last?.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0;
    }

    private long Branches()
    {
        try
        {
            return BranchSearchProgress.Read(Folder.Branches)?.Sequences(BranchTraining.OptionsOf(Settings)) ?? 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The training itself will tell.
            return 0;
        }
    }

    /// <inheritdoc />
    /// <remarks>What another plan trained in the folder is replaced: the reproduction has asked before.</remarks>
    public IEnumerable<string> Arguments() => Folder.Checkpoints.Files.Count > 0 && IsOfThisPlan()
        ? ["train", "--resume", Folder.Path, "--threads", "1", "--json"]
        : [.. SettingsCommand.Arguments(Settings), "--threads", "1", "--out", Folder.Path, "--overwrite", "--json"];

    // Another plan may have trained there, or an earlier version of this one.
    private bool IsOfThisPlan() => File.Exists(Folder.SettingsFile)
        && JsonNode.DeepEquals(WhatCounts(SettingsJson.ReadFile(Folder.SettingsFile, "--out")), Own());

    private JsonObject Own() => WhatCounts(SettingsJson.Parse(SettingsJson.Write(Settings), "plan"));

    // A program that did not have a setting yet did what the setting now does by default, and one that had more settings than apply did nothing by them.
    private static JsonObject WhatCounts(JsonObject settings)
    {
        var known = new JsonObject(settings.Where(s => SettingProperty.All.Any(k => k.Key == s.Key)).Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone())));
        var counted = SettingsJson.Reduced(SettingsResolver.Read(known, "--out"));
        foreach (var (key, value) in settings.Where(s => !known.ContainsKey(s.Key)))
            counted[key] = value?.DeepClone();
        string[] without = ["threads", .. counted.Where(s => s.Value is null).Select(s => s.Key)];
        foreach (var key in without)
            counted.Remove(key);
        return counted;
    }
}
