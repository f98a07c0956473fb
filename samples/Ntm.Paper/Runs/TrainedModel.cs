using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Runs;

/// <summary>A model of a run with the settings of its training.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Paper">The model.</param>
/// <param name="Settings">The settings of its training.</param>
internal sealed record TrainedModel(string Path, PaperModel Paper, TrainSettings Settings) : IDisposable
{
    /// <summary>The model, as an evaluation knows it.</summary>
    public ISequenceModel Model => Paper.Sequences;

    /// <summary>The machine, whose memory can be looked at, if it is one.</summary>
    public NeuralTuringMachine? Machine => (Paper as NtmPaperModel)?.Machine;

    /// <param name="path">A model's file, a run's folder, or the name of a model that comes with the program.</param>
    /// <exception cref="UsageException">There is no such file, or it was not written by a training.</exception>
    /// <exception cref="SafeTensorsFormatException">The file is damaged.</exception>
    public static TrainedModel Load(string path)
    {
        var folder = Directory.Exists(path) ? path : File.Exists(path) ? null : ShippedModels.Find(path);
        var file = folder is null ? path : new RunFolder(folder).ModelFile;
        if (!File.Exists(file))
            throw new UsageException($"The model is '{path}'; expected a model's file, a folder with model.safetensors, as 'train' writes it, or a task for the model of it that comes with the program.");
        var content = SafeTensorsFile.Load(file);
        var settings = ReadSettings(content, file);
        return new TrainedModel(file, PaperModel.Load(content, file, settings.Architecture), settings);
    }

    public void Dispose() => Paper.Dispose();

    private static TrainSettings ReadSettings(SafeTensorsFile content, string file)
    {
        if (!content.Metadata.TryGetValue(RunFolder.SettingsKey, out var json))
            throw new UsageException($"{file}: the model's file does not name the task it was trained on; expected one that 'train' wrote.");
        try
        {
            return JsonSerializer.Deserialize<TrainSettings>(json, SettingsJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: metadata {RunFolder.SettingsKey}: {e.Message}", e);
        }
    }
}
