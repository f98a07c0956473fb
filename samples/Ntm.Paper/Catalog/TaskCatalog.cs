using Ntm.Paper.Settings;

namespace Ntm.Paper.Catalog;

/// <summary>The tasks by name.</summary>
internal static class TaskCatalog
{
    public static IReadOnlyList<TaskEntry> All { get; } =
        [new CopyEntry(), new RepeatCopyEntry(), new AssociativeRecallEntry(), new NGramEntry(), new PrioritySortEntry()];

    /// <exception cref="UsageException">There is no such task.</exception>
    public static TaskEntry Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new UsageException($"The task is '{name}'; it must be one of {string.Join(", ", All.Select(task => task.Name))}.");
}
