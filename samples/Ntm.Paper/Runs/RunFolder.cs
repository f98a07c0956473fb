using System.Globalization;
using System.Text;
using System.Text.Json;
using Ntm.Core.Serialization;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Runs;

/// <summary>The folder that a training writes: model, history as CSV and JSON, settings. Every file is written atomically.</summary>
internal sealed class RunFolder(string path)
{
    /// <summary>The key of the model file's metadata that holds the settings of its training.</summary>
    public const string SettingsKey = "settings";

    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Path { get; } = path;

    /// <summary>Where a training goes that names no folder: <c>runs/TASK</c>, and for all but the first architecture <c>runs/TASK-ARCHITECTURE</c>,
    /// so that none takes another's place.</summary>
    public static string DefaultPath(TrainSettings settings) => System.IO.Path.Combine(
        "runs", settings.Architecture == default ? settings.Task : $"{settings.Task}-{SettingsJson.Name(settings.Architecture)}");

    public string ModelFile => System.IO.Path.Combine(Path, "model.safetensors");

    public string HistoryCsv => System.IO.Path.Combine(Path, "history.csv");

    public string HistoryJson => System.IO.Path.Combine(Path, "history.json");

    public string SettingsFile => System.IO.Path.Combine(Path, "settings.json");

    /// <summary>Makes the folder and sees that it can be written, before anything is learned that would then be lost.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    public void Prepare(TrainSettings settings)
    {
        Directory.CreateDirectory(Path);
        WriteText(SettingsFile, SettingsJson.Write(settings));
    }

    public void Save(PaperModel model, TrainSettings settings, IReadOnlyList<TrainingPoint> history)
    {
        model.Save(ModelFile, new Dictionary<string, string>
        {
            [SettingsKey] = SettingsJson.Write(settings),
        });
        var csv = new StringBuilder("sequences,cost_bits,wrong_bits,seconds\n");
        foreach (var p in history)
            csv.Append(CultureInfo.InvariantCulture, $"{p.Sequences},{p.CostBits:R},{p.WrongBits:R},{p.Seconds:R}\n");
        WriteText(HistoryCsv, csv.ToString());
        WriteText(HistoryJson, JsonSerializer.Serialize(history, Camel));
    }

    /// <summary>The learning curve of a run, or none if the folder has no history.</summary>
    public IReadOnlyList<TrainingPoint> ReadHistory() =>
        File.Exists(HistoryJson) ? JsonSerializer.Deserialize<List<TrainingPoint>>(File.ReadAllText(HistoryJson), Camel) ?? [] : [];

    private static void WriteText(string file, string text) => AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
