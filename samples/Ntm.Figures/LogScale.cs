namespace Ntm.Figures;

/// <summary>Equal steps for equal ratios, from one power of ten to another. Zero and below are at the lower end.</summary>
internal sealed class LogScale : AxisScale
{
    private const int MostDecades = 9;

    private readonly int _low;
    private readonly int _high;

    /// <summary>Makes a scale.</summary>
    /// <param name="minimum">The smallest positive value.</param>
    /// <param name="maximum">The largest value.</param>
    /// <param name="mostTicks">How many labels fit above the lowest.</param>
    public LogScale(double minimum, double maximum, int mostTicks)
    {
        _high = (int)Math.Ceiling(Math.Log10(maximum) - 1e-9);
        _low = Math.Clamp((int)Math.Floor(Math.Log10(minimum) + 1e-9), _high - MostDecades, _high - 1);
        int every = (_high - _low + mostTicks - 1) / mostTicks;
        int[] decades = [.. Enumerable.Range(_low, _high - _low + 1)];
        Ticks = [.. decades.Where(d => (_high - d) % every == 0).Select(PowerOf10)];
        FineTicks = every > 1
            ? [.. decades.Where(d => (_high - d) % every != 0).Select(PowerOf10)]
            : [.. decades.SkipLast(1).SelectMany(d => new[] { 2 * PowerOf10(d), 5 * PowerOf10(d) })];
    }

    public override double Minimum => PowerOf10(_low);

    public override double Maximum => PowerOf10(_high);

    public override IReadOnlyList<double> Ticks { get; }

    public override IReadOnlyList<double> FineTicks { get; }

    public override double ToShare(double value) => value <= Minimum ? 0 : (Math.Log10(value) - _low) / (_high - _low);

    private static double PowerOf10(int exponent) => Math.Pow(10, exponent);
}
