namespace Ntm.Figures;

/// <summary>Equal steps for equal differences.</summary>
internal sealed class LinearScale : AxisScale
{
    private LinearScale(double minimum, double maximum, double step)
    {
        (Minimum, Maximum) = (minimum, maximum);
        double first = Math.Ceiling((minimum / step) - 1e-9);
        double last = Math.Floor((maximum / step) + 1e-9);
        Ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    public override double Minimum { get; }

    public override double Maximum { get; }

    public override IReadOnlyList<double> Ticks { get; }

    public override IReadOnlyList<double> FineTicks => [];

    /// <summary>An axis that ends where the data ends, or at a tick that is only a little further.</summary>
    public static LinearScale Exactly(double minimum, double maximum, int mostTicks)
    {
        (minimum, maximum) = WithZero(minimum, maximum);
        double step = NiceNumber.AtLeast((maximum - minimum) / mostTicks);
        double nextTick = Math.Ceiling((maximum / step) - 1e-9) * step;
        return new LinearScale(minimum, nextTick - maximum < 0.02 * (maximum - minimum) ? nextTick : maximum, step);
    }

    /// <summary>An axis that ends at the ticks next to the ends of the data.</summary>
    public static LinearScale Around(double minimum, double maximum, int mostTicks)
    {
        (minimum, maximum) = WithZero(minimum, maximum);
        double step = NiceNumber.AtLeast((maximum - minimum) / mostTicks);
        return new LinearScale(Math.Floor((minimum / step) + 1e-9) * step, Math.Ceiling((maximum / step) - 1e-9) * step, step);
    }

    public override double ToShare(double value) => (value - Minimum) / (Maximum - Minimum);

    // Costs and counts mean something relative to zero, unless they are far from it.
    private static (double Minimum, double Maximum) WithZero(double minimum, double maximum)
    {
        if (minimum >= 0 && minimum <= 0.6 * maximum)
        {
            minimum = 0;
        }
        else if (maximum <= 0 && maximum >= 0.6 * minimum)
        {
            maximum = 0;
        }

        if (maximum > minimum)
        {
            return (minimum, maximum);
        }

        // One value only: the axis runs from zero to it, or gets a length at least.
        return minimum > 0 ? (0, minimum) : minimum < 0 ? (minimum, 0) : (0, 1);
    }
}
