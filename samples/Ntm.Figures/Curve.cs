namespace Ntm.Figures;

/// <summary>A named line, with a band around it if it stands for several runs; or single points.</summary>
internal sealed class Curve
{
    /// <summary>Creates a curve.</summary>
    /// <param name="name">The name in the legend; curves with the same name look the same in all panels.</param>
    /// <param name="x">The places of the values, such as sequences seen; finite and never decreasing.</param>
    /// <param name="y">The values; a value that is not finite leaves a gap.</param>
    public Curve(string name, IReadOnlyList<double> x, IReadOnlyList<double> y)
        : this(name, x, y, lower: null, upper: null)
    {
    }

    private Curve(string name, IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double>? lower, IReadOnlyList<double>? upper)
    {
        if (y.Count != x.Count)
        {
            throw new ArgumentException($"The curve '{name}' has {x.Count} places but {y.Count} values.", nameof(y));
        }

        if (!y.Any(double.IsFinite))
        {
            throw new ArgumentException($"The curve '{name}' has no finite value.", nameof(y));
        }

        if (!x.All(double.IsFinite) || x.Zip(x.Skip(1)).Any(pair => pair.Second < pair.First))
        {
            throw new ArgumentException($"The places of the curve '{name}' must be finite and never decrease.", nameof(x));
        }

        Name = name;
        X = [.. x];
        Y = [.. y];
        Lower = lower is null ? null : [.. lower];
        Upper = upper is null ? null : [.. upper];
    }

    public string Name { get; }

    public IReadOnlyList<double> X { get; }

    public IReadOnlyList<double> Y { get; }

    /// <summary>Whether the values are drawn as points that no line connects.</summary>
    public bool IsPoints { get; private init; }

    /// <summary>The lower edge of the band, if there is one; then there is an upper edge as well.</summary>
    public IReadOnlyList<double>? Lower { get; }

    public IReadOnlyList<double>? Upper { get; }

    /// <summary>Creates single points, as in a scatter plot.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="points">The points in any order; a point whose height is not finite is omitted.</param>
    public static Curve OfPoints(string name, params IReadOnlyList<(double X, double Y)> points)
    {
        (double X, double Y)[] sorted = [.. points.OrderBy(p => p.X)];
        return new Curve(name, [.. sorted.Select(p => p.X)], [.. sorted.Select(p => p.Y)]) { IsPoints = true };
    }

    /// <summary>Creates the median of several runs within the band from one quantile to another.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="x">The places of all runs' values.</param>
    /// <param name="runs">The values of each run; values that are NaN are omitted.</param>
    /// <param name="lower">The quantile at the lower edge of the band: 0 is the least run.</param>
    /// <param name="upper">The quantile at the upper edge of the band: 1 is the greatest run.</param>
    public static Curve OfRuns(
        string name, IReadOnlyList<double> x, IReadOnlyList<IReadOnlyList<double>> runs, double lower = 0.25, double upper = 0.75)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException($"The curve '{name}' has no runs.", nameof(runs));
        }

        if (runs.FirstOrDefault(r => r.Count != x.Count) is { } odd)
        {
            throw new ArgumentException($"The curve '{name}' has {x.Count} places but a run of {odd.Count} values.", nameof(runs));
        }

        if (!runs.Any(r => r.Any(double.IsFinite)))
        {
            throw new ArgumentException($"The curve '{name}' has no finite value.", nameof(runs));
        }

        if (lower is not (>= 0 and <= 0.5))
        {
            throw new ArgumentException($"The lower quantile must be in 0 to 0.5; it is {lower}.", nameof(lower));
        }

        if (upper is not (>= 0.5 and <= 1))
        {
            throw new ArgumentException($"The upper quantile must be in 0.5 to 1; it is {upper}.", nameof(upper));
        }

        double[][] sorted = [.. Enumerable.Range(0, x.Count).Select(i => runs.Select(r => r[i]).Where(double.IsFinite).Order().ToArray())];
        return new Curve(name, x, Quantiles(0.5), Quantiles(lower), Quantiles(upper));

        double[] Quantiles(double share) => [.. sorted.Select(values => Quantile(values, share))];
    }

    // Between two sorted values, in proportion to the distance from them.
    private static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return double.Lerp(sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], place - below);
    }
}
