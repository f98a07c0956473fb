namespace Ntm.Paper.Models;

/// <summary>
/// The differences between the data of PyTorch projects and ours of the same task. A model that was trained on theirs seems worse on ours than it is.
/// <c>docs/pytorch.md</c> lists the same differences.
/// </summary>
internal static class ForeignData
{
    private static readonly Dictionary<(string Project, string Task), string> Differences = new()
    {
        [("ntm-pytorch", "repeat-copy")] = "a delimiter before the vectors instead of one after them, and the number of repeats in a step of its own, less half the range's width instead of less its mean",
        [("ntm-pytorch", "priority-sort")] = "targets with each channel sorted by itself instead of whole vectors sorted by priority",
        [("ntm-pytorch", "ngram")] = "the next bit depend on N bits before it instead of N - 1",
        [("pytorch-ntm", "repeat-copy")] = "the number of repeats in a step of its own after the delimiter's instead of in the same step",
    };

    /// <param name="project">The project that a model was imported from; <see langword="null"/> for a model of ours.</param>
    /// <param name="task">The task.</param>
    /// <returns>The difference; <see langword="null"/> if the data are the same or nothing is known of the project.</returns>
    public static string? DifferenceOf(string? project, string task) => project is null ? null : Differences.GetValueOrDefault((project, task));

    /// <summary>A warning where the data differ.</summary>
    public static string? Warning(string? project, string task) => DifferenceOf(project, task) is { } difference
        ? $"The model was imported from {project}, whose data of {task} have {difference}. What follows is on our data, and not what the model was trained for."
        : null;
}
