using System.Text.Json.Nodes;
using Ntm.Paper.Catalog;
using Ntm.Paper.Reproduce;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Reproduce;

/// <summary>A plan recognizes its folders: the training of another plan must not pass for it, and a finished one is not repeated.</summary>
public sealed class PlannedTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ntm-planned-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_with_the_plans_settings_is_its_own() => Assert.True(IsOwn(_ => { }));

    [Theory]
    [InlineData("seed", 2)]
    [InlineData("lr", 0.5)]
    [InlineData("restart-rate", 0.5)]
    [InlineData("collapse-share", 0.5)]
    public void A_folder_with_others_is_not(string setting, double value) => Assert.False(IsOwn(settings => settings[setting] = value));

    [Fact]
    public void Threads_do_not_count() => Assert.True(IsOwn(settings => settings["threads"] = 7));

    /// <summary>An older program wrote them, which did what the new settings do by default.</summary>
    [Theory]
    [InlineData("restart-rate")]
    [InlineData("restart-at")]
    [InlineData("collapse-share")]
    public void Settings_that_are_missing_are_the_defaults(string setting) => Assert.True(IsOwn(settings => settings.Remove(setting)));

    /// <summary>It wrote the numbers of all optimizers, null for their own epsilon, and nothing of what it could not be told.</summary>
    [Fact]
    public void An_older_programs_settings_of_the_same_training_are_the_plans() => Assert.True(IsOwn(settings =>
    {
        (settings["beta1"], settings["beta2"], settings["epsilon"]) = (0.9, 0.999, null);
        foreach (var key in (string[])["gradient-clipping", "addressing", "shift-range", "memory-value", "initial-weightings", "initial-reads", "read-order", "clip", "width"])
            Assert.True(settings.Remove(key));
    }));

    [Fact]
    public void A_missing_setting_is_not_what_a_preset_has_made_of_it() => Assert.False(IsOwn(settings => settings.Remove("lr")));

    private bool IsOwn(Action<JsonObject> change)
    {
        var training = Assert.Single(new ReproductionPlan(Budget.Find("full"), [TaskCatalog.Find("priority-sort")], [Architecture.NtmLstm], null, _folder).Trainings());
        var settings = SettingsJson.Parse(SettingsJson.Write(training.Settings), "plan");
        change(settings);
        Directory.CreateDirectory(training.Folder.Path);
        File.WriteAllText(training.Folder.SettingsFile, settings.ToJsonString());
        File.WriteAllText(training.Folder.HistoryCsv, "sequences,cost\n12500,1\n");
        return training.Progress() > 0;
    }
}
