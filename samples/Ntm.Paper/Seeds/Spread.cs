namespace Ntm.Paper.Seeds;

/// <summary>Numbers of several seeds, of which lower is better.</summary>
/// <param name="Best">The lowest.</param>
/// <param name="Median">The middle one, or the mean of the middle two.</param>
/// <param name="Worst">The highest.</param>
internal sealed record Spread(double Best, double Median, double Worst)
{
    public static Spread Of(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }
}
