using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Models;

/// <summary>A model of a run with the settings of its training.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Paper">The model.</param>
/// <param name="Settings">The settings of its training.</param>
internal sealed record TrainedModel(string Path, PaperModel Paper, TrainSettings Settings) : IDisposable
{
    /// <summary>The project that the model was imported from; <see langword="null"/> for one of ours.</summary>
    public string? ImportedFrom { get; private init; }

    /// <summary>The model, as an evaluation knows it.</summary>
    public ISequenceModel Model => Paper.Sequences;

    /// <summary>The machine, whose memory can be looked at, if it is one.</summary>
    public NeuralTuringMachine? Machine => (Paper as NtmPaperModel)?.Machine;

    /// <param name="path">A model's file, a run's folder, or the name of a model that comes with the program.</param>
    /// <param name="task">The task of a model that does not name one, such as an imported one.</param>
    /// <param name="memoryLocations">The number of memory locations; <see langword="null"/> for the model's own.</param>
    /// <exception cref="UsageException">There is no such file, or it has no task, another one than <paramref name="task"/>, or other widths, or it cannot
    /// have that many locations.</exception>
    /// <exception cref="SafeTensorsFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The settings in it are damaged, or another model's.</exception>
    public static TrainedModel Load(string path, string? task = null, int? memoryLocations = null)
    {
        var loaded = LoadAsItIs(path, task);
        return loaded with { Paper = loaded.Paper.WithMemoryLocations(memoryLocations) };
    }

    private static TrainedModel LoadAsItIs(string path, string? task)
    {
        var file = RunFolder.ModelFileOf(path);
        var content = SafeTensorsFile.Load(file);
        var project = content.Metadata.GetValueOrDefault(ModelMetadata.PartsKey);
        if (content.Metadata.ContainsKey(RunFolder.SettingsKey) || task is null)
        {
            var settings = ReadSettings(content, file);
            if (task is not null && task != settings.Task)
                throw new UsageException($"--task is '{task}', and {file} was trained on '{settings.Task}'.");
            var named = PaperModel.Load(content, file, settings.Architecture);
            return Fits(named, settings, out var wide)
                ? new TrainedModel(file, named, settings) { ImportedFrom = project }
                : throw new InvalidDataException($"{file}: metadata {RunFolder.SettingsKey} is of the task '{settings.Task}', {wide}.");
        }

        var assumed = SettingsResolver.Resolve(TaskCatalog.Find(task).Name, null, []);
        var model = PaperModel.Load(content, file);
        return Fits(model, assumed, out var widths)
            ? new TrainedModel(file, model, assumed) { ImportedFrom = project }
            : throw new UsageException($"--task is '{task}', {widths}: {file}.");
    }

    /// <summary>Whether the task's data are as wide as the model; one that they are not is disposed.</summary>
    private static bool Fits(PaperModel model, TrainSettings settings, out string widths)
    {
        widths = "";
        var task = TaskCatalog.Find(settings.Task);
        if (!task.HasFixedWidths)
            return true;
        var data = task.Create(settings);
        var (inputs, outputs) = (model.Sequences.InputSize, model.Sequences.OutputSize);
        widths = $"{data.InputSize} inputs and {data.OutputSize} outputs wide, and the model has {inputs} and {outputs}";
        if ((inputs, outputs) == (data.InputSize, data.OutputSize))
            return true;
        model.Dispose();
        return false;
    }

    public void Dispose() => Paper.Dispose();

    /// <summary>The settings of a model's training.</summary>
    /// <param name="content">The content of its file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="UsageException">There are none.</exception>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static TrainSettings ReadSettings(SafeTensorsFile content, string file)
    {
        if (!content.Metadata.TryGetValue(RunFolder.SettingsKey, out var json))
            throw new UsageException($"{file}: the model's file does not name the task it was trained on; expected one that 'train' wrote, or --task.");
        try
        {
            return SettingsResolver.Saved(json, $"{file}: metadata {RunFolder.SettingsKey}");
        }
        catch (UsageException e)
        {
            // The file is wrong, not its name on the command line.
            throw new InvalidDataException(e.Message, e);
        }
    }
}
