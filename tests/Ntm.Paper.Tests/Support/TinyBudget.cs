using System.Text.Json;
using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Tests.Support;

/// <summary>A budget of small models that hardly learn: all that a reproduction does, in seconds.</summary>
internal static class TinyBudget
{
    /// <param name="folder">Where it is written.</param>
    /// <param name="sequences">The sequences of every training.</param>
    public static string Write(string folder, long sequences = 12)
    {
        var path = Path.Combine(folder, "tiny.json");
        var runs = TaskCatalog.All.ToDictionary(
            task => task.Name, task => Architectures.OfPaper.ToDictionary(SettingsJson.Name, architecture => Runs(task.Name, architecture, sequences)));
        File.WriteAllText(path, JsonSerializer.Serialize(new Dictionary<string, object> { ["summary"] = "For tests.", ["evaluation-sequences"] = 2, ["runs"] = runs }));
        return path;
    }

    /// <summary>One seed of everything, and of one thing another training besides.</summary>
    private static Dictionary<string, object> Runs(string task, Architecture architecture, long sequences)
    {
        var runs = new Dictionary<string, object> { ["seeds"] = 1, ["seconds"] = 1, ["settings"] = Settings(task, architecture, sequences) };
        if ((task, architecture) == ("copy", Architecture.NtmFeedforward))
            runs["further"] = new[] { new { seconds = 1, settings = new Dictionary<string, object>(Settings(task, architecture, sequences)) { ["seed"] = 9 } } };
        return runs;
    }

    private static Dictionary<string, object> Settings(string task, Architecture architecture, long sequences)
    {
        var settings = new Dictionary<string, object> { ["sequences"] = sequences, ["until"] = "end", ["report-interval"] = Math.Max(4, sequences / 100), ["batch-size"] = 2, ["controller-size"] = 6, ["controller-layers"] = 1, ["generations"] = 0 };
        if (architecture != Architecture.Lstm)
            (settings["memory-locations"], settings["memory-width"]) = (8, 4);
        if (task == "priority-sort" && architecture != Architecture.Lstm)
            settings["heads"] = 2;
        return settings;
    }
}
