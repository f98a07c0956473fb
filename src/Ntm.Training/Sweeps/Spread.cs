namespace Ntm.Training;

/// <summary>How numbers of several trials spread, of which lower is better.</summary>
/// <param name="Best">The lowest.</param>
/// <param name="Median">The middle one, or the mean of the middle two.</param>
/// <param name="Worst">The highest.</param>
public sealed record Spread(double Best, double Median, double Worst)
{
    /// <summary>The spread of some numbers.</summary>
    /// <param name="numbers">The numbers; at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Spread Of(IEnumerable<double> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        double[] sorted = [.. numbers.Order()];
        return sorted.Length > 0
            ? new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1])
            : throw new ArgumentException("There are no numbers; expected at least one.", nameof(numbers));
    }
}
