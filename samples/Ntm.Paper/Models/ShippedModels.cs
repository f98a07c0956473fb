using Ntm.Paper.Catalog;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Models;

/// <summary>The trained models that come with the program, in the folder <c>models</c> beside it: <c>TASK-ARCHITECTURE/</c> with model, card and history.</summary>
internal static class ShippedModels
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The folders of a task's models, the best one first.</summary>
    public static IReadOnlyList<string> Of(TaskEntry task) =>
    [
        .. Architectures.All.Select(architecture => FolderOf(task, architecture)).OfType<string>()
            .OrderBy(folder => ModelCard.Read(folder) ?? throw new InvalidDataException($"{folder}: there is no {ModelCard.FileName}."), new ModelRanking(task)),
    ];

    /// <summary>The folder of a model, or <see langword="null"/> if there is none.</summary>
    public static string? FolderOf(TaskEntry task, Architecture architecture)
    {
        var folder = Path.Combine(Folder, $"{task.Name}-{SettingsJson.Name(architecture)}");
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder that a name stands for: a task's best model, or, by <c>TASK-ARCHITECTURE</c>, one of them.</summary>
    public static string? Find(string name)
    {
        if (TaskCatalog.All.FirstOrDefault(task => task.Name == name) is { } task)
            return Of(task) is [var best, ..] ? best : null;
        return TaskCatalog.All
            .SelectMany(t => Architectures.All.Where(a => name == $"{t.Name}-{SettingsJson.Name(a)}").Select(a => FolderOf(t, a)))
            .FirstOrDefault();
    }
}
