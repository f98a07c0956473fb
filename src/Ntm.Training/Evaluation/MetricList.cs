using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>The rules for metrics that are evaluated together.</summary>
internal static class MetricList
{
    /// <summary>Adds metrics to a list: those that it does not have.</summary>
    /// <exception cref="ArgumentException">A metric has the name of another one.</exception>
    public static IReadOnlyList<Metric> With(this IReadOnlyList<Metric> metrics, IEnumerable<Metric> others, string owner)
    {
        List<Metric> all = [.. metrics];
        foreach (var other in others)
        {
            var same = all.Find(m => m.Name == other.Name);
            if (same is not null && same != other)
                throw new ArgumentException($"{owner} needs the metric '{other.Name}', and another metric has this name; expected another name for each.");
            if (same is null)
                all.Add(other);
        }

        return all;
    }

    /// <exception cref="ArgumentException">A metric is missing, has the name of another one, or is not known of the task.</exception>
    public static void ThrowIfBad(IReadOnlyList<Metric> metrics, SequenceTask task, string paramName)
    {
        ArgumentNullException.ThrowIfNull(metrics, paramName);
        if (Fault(metrics) is { } fault)
            throw new ArgumentException($"{paramName} {fault}.", paramName);
        if (metrics.Select(m => m.Obstacle(task)).FirstOrDefault(o => o is not null) is { } obstacle)
            throw new ArgumentException(obstacle, paramName);
    }

    /// <summary>Returns what is wrong with a list; <see langword="null"/> if nothing is.</summary>
    public static string? Fault(IReadOnlyList<Metric> metrics)
    {
        if (metrics.Any(m => m is null))
            return "has null as an element; expected metrics";
        return metrics.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } same
            ? $"has {same.Count()} metrics of the name '{same.Key}'; expected another name for each"
            : null;
    }
}
