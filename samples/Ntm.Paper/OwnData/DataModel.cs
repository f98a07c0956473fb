using Ntm.Core;
using Ntm.Core.Serialization;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Tasks;

namespace Ntm.Paper.OwnData;

/// <summary>A model that is used on a file's sequences: of any task, and with or without the settings of a training.</summary>
/// <param name="Path">The model's file.</param>
/// <param name="Paper">The model.</param>
/// <param name="Settings">The settings of its training; <see langword="null"/> if its file has none.</param>
/// <param name="ImportedFrom">The project that the model was imported from; <see langword="null"/> for one of ours.</param>
internal sealed record DataModel(string Path, PaperModel Paper, TrainSettings? Settings, string? ImportedFrom) : IDisposable
{
    /// <summary>The loss that it was trained with, if its file says so.</summary>
    public LossKind? Loss => Settings is null ? null : TaskCatalog.Find(Settings.Task).LossOf(Settings);

    /// <param name="path">A model's file, a run's folder, or the name of a model that comes with the program.</param>
    /// <param name="memoryLocations">The number of memory locations; <see langword="null"/> for the model's own.</param>
    /// <exception cref="UsageException">There is no such file, or the model cannot have that many locations.</exception>
    /// <exception cref="SafeTensorsFormatException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The settings in it are damaged.</exception>
    public static DataModel Load(string path, int? memoryLocations = null)
    {
        var file = RunFolder.ModelFileOf(path);
        var content = SafeTensorsFile.Load(file);
        var settings = content.Metadata.ContainsKey(RunFolder.SettingsKey) ? TrainedModel.ReadSettings(content, file) : null;
        var model = settings is null ? PaperModel.Load(content, file) : PaperModel.Load(content, file, settings.Architecture);
        return new DataModel(file, model.WithMemoryLocations(memoryLocations), settings, content.Metadata.GetValueOrDefault(ModelMetadata.PartsKey));
    }

    /// <summary>A task of a file's sequences.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="loss">The loss, if it is given: otherwise the one that the model was trained with.</param>
    /// <exception cref="UsageException">There is no such file, its sequences are not those of the model, or the loss is not known.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it.</exception>
    public DataTask TaskOf(string option, string path, DataLoss? loss) => DataFile.TaskOf(option, path, Paper.Sequences, loss?.Kind() ?? Loss);

    public void Dispose() => Paper.Dispose();
}
