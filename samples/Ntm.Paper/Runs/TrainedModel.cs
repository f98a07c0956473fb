using System.Text.Json;
using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
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
    /// <param name="task">The task of a model that does not name one, such as an imported one.</param>
    /// <exception cref="UsageException">There is no such file, or it has no task, another one than <paramref name="task"/>, or other widths.</exception>
    /// <exception cref="SafeTensorsFormatException">The file is damaged.</exception>
    public static TrainedModel Load(string path, string? task = null)
    {
        var file = RunFolder.ModelFileOf(path);
        var content = SafeTensorsFile.Load(file);
        if (content.Metadata.ContainsKey(RunFolder.SettingsKey) || task is null)
        {
            var settings = ReadSettings(content, file);
            if (task is not null && task != settings.Task)
                throw new UsageException($"--task is '{task}', and {file} was trained on '{settings.Task}'.");
            return new TrainedModel(file, PaperModel.Load(content, file, settings.Architecture), settings);
        }

        var assumed = SettingsResolver.Resolve(TaskCatalog.Find(task).Name, null, []);
        var data = TaskCatalog.Find(task).Create(assumed);
        var model = PaperModel.Load(content, file);
        if ((model.Sequences.InputSize, model.Sequences.OutputSize) == (data.InputSize, data.OutputSize))
            return new TrainedModel(file, model, assumed);
        model.Dispose();
        throw new UsageException($"--task is '{task}', {data.InputSize} inputs and {data.OutputSize} outputs wide, and {file} has {model.Sequences.InputSize} and {model.Sequences.OutputSize}.");
    }

    public void Dispose() => Paper.Dispose();

    public static TrainSettings ReadSettings(SafeTensorsFile content, string file)
    {
        if (!content.Metadata.TryGetValue(RunFolder.SettingsKey, out var json))
            throw new UsageException($"{file}: the model's file does not name the task it was trained on; expected one that 'train' wrote, or --task.");
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
