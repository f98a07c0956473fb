using System.Globalization;
using System.Text.Json.Nodes;
using Ntm.Paper.Settings;
using Ntm.Paper.Train;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The folder of a training whose settings are planned: not begun, begun or done, or with another training in it.</summary>
/// <param name="settings">The planned settings.</param>
/// <param name="folder">The folder.</param>
internal sealed class PlannedFolder(TrainSettings settings, RunFolder folder)
{
    /// <summary>Returns the result if the training is done.</summary>
    /// <exception cref="InvalidDataException">Its folder is damaged.</exception>
    public TrainingSummary? Summary() => TrainingSummary.Read(folder) is { IsInterrupted: false } summary && File.Exists(folder.ModelFile) && IsOfThisPlan() ? summary : null;

    /// <summary>How the settings of the training in its folder differ from the plan's; <see langword="null"/> if they do not, or there is none.</summary>
    /// <exception cref="UsageException">Its settings are damaged.</exception>
    public string? Difference()
    {
        if (!File.Exists(folder.SettingsFile))
            return null;
        var (there, here) = (WhatCounts(SettingsJson.ReadFile(folder.SettingsFile, "--out")), Own());
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

        var most = settings.Sequences + (settings.Generations * settings.Branches * settings.BranchSequences) + settings.SettleSequences;
        return Math.Min(1, (double)(Seen() + Branches()) / most);
    }

    /// <summary>Whether the training in it is the planned one. Another plan may have trained there, or an earlier version of this one.</summary>
    /// <exception cref="UsageException">Its settings are damaged.</exception>
    public bool IsOfThisPlan() => File.Exists(folder.SettingsFile)
        && JsonNode.DeepEquals(WhatCounts(SettingsJson.ReadFile(folder.SettingsFile, "--out")), Own());

    private long Seen()
    {
        string? last;
        try
        {
            last = File.Exists(folder.HistoryCsv) ? File.ReadLines(folder.HistoryCsv).LastOrDefault() : null;
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
            return BranchSearchProgress.Read(folder.Branches)?.Sequences(BranchTraining.OptionsOf(settings)) ?? 0;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The training itself will tell.
            return 0;
        }
    }

    private JsonObject Own() => WhatCounts(SettingsJson.Parse(SettingsJson.Write(settings), "plan"));

    // A program that did not have a setting yet did what the setting now does by default, and one that had more settings than apply did nothing by them.
    private static JsonObject WhatCounts(JsonObject json)
    {
        var known = new JsonObject(json.Where(s => SettingProperty.All.Any(k => k.Key == s.Key)).Select(s => KeyValuePair.Create(s.Key, s.Value?.DeepClone())));
        var counted = SettingsJson.Reduced(SettingsResolver.Read(known, "--out"));
        foreach (var (key, value) in json.Where(s => !known.ContainsKey(s.Key)))
            counted[key] = value?.DeepClone();
        string[] without = ["threads", .. counted.Where(s => s.Value is null).Select(s => s.Key)];
        foreach (var key in without)
            counted.Remove(key);
        return counted;
    }
}
