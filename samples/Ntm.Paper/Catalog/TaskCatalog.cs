using Ntm.Paper.OwnData;
using Ntm.Paper.Settings;

namespace Ntm.Paper.Catalog;

/// <summary>The tasks by name.</summary>
internal static class TaskCatalog
{
    /// <summary>The tasks of the paper.</summary>
    public static IReadOnlyList<TaskEntry> All { get; } =
        [new CopyEntry(), new RepeatCopyEntry(), new AssociativeRecallEntry(), new NGramEntry(), new PrioritySortEntry()];

    /// <summary>The tasks of the paper, and the user's own data.</summary>
    public static IReadOnlyList<TaskEntry> WithOwnData { get; } = [.. All, new DataEntry()];

    /// <exception cref="UsageException">There is no such task.</exception>
    public static TaskEntry Find(string name) => FindOrNull(name) ?? throw new UsageException($"The task is '{name}'; it must be one of {Names}.");

    /// <summary>The task of a name; <see langword="null"/> if there is none.</summary>
    public static TaskEntry? FindOrNull(string? name) => WithOwnData.FirstOrDefault(task => task.Name == name);

    /// <summary>The names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", WithOwnData.Select(task => task.Name));
}
