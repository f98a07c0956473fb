using ScottPlot;
using ScottPlot.TickGenerators;

namespace Ntm.Figures;

/// <summary>The vertical axis of a panel: its ends, its ticks, and the places of values on it. ScottPlot's axes are linear, so a logarithmic axis
/// shows exponents.</summary>
internal sealed class CurveAxis
{
    private const int MostDecades = 9;

    private readonly bool _logarithmic;

    private CurveAxis(double low, double high, bool logarithmic) => (Low, High, _logarithmic) = (low, high, logarithmic);

    public double Low { get; }

    public double High { get; }

    public static CurveAxis Of(CurvePanel panel)
    {
        double[] values = [.. Values(panel).Where(double.IsFinite)];
        double high = panel.Maximum ?? values.Max();
        if (panel.Logarithmic)
        {
            // Whole decades, because there are no labels between.
            double[] positive = [.. values.Where(v => v > 0).DefaultIfEmpty(1)];
            double last = Math.Ceiling(Math.Log10(panel.Maximum ?? positive.Max()) - 1e-9);
            double first = Math.Floor(Math.Log10(positive.Min()) + 1e-9);
            return new CurveAxis(Math.Clamp(first, last - MostDecades, last - 1), last, logarithmic: true);
        }

        double low = values.Min();
        // Costs and counts mean something relative to zero, unless they are far from it.
        (low, high) = (low >= 0 && low <= 0.6 * high ? 0.0 : low, high <= 0 && high >= 0.6 * low ? 0.0 : high);
        if (high <= low)
        {
            // A single value: the axis runs from zero to it, or gets a minimum length.
            (low, high) = low > 0 ? (0.0, low) : low < 0 ? (low, 0.0) : (0.0, 1.0);
        }

        double step = NiceNumber.AtLeast((high - low) / 5);
        return new CurveAxis(
            Math.Floor((low / step) + 1e-9) * step, panel.Maximum ?? Math.Ceiling((high / step) - 1e-9) * step, logarithmic: false);
    }

    /// <summary>Returns the place of a value: zero and below are at the lower end of a logarithmic axis.</summary>
    public double Place(double value) => !_logarithmic ? value : value > 0 ? Math.Max(Low, Math.Log10(value)) : Low;

    public NumericAutomatic Ticks() => _logarithmic
        ? new NumericAutomatic
        {
            IntegerTicksOnly = true,
            MinimumTickSpacing = 20,
            MinorTickGenerator = new LogMinorTickGenerator(),
            LabelFormatter = exponent => NiceNumber.Label(Math.Pow(10, exponent)),
        }
        : LinearTicks(30);

    /// <summary>Returns the ticks of a linear axis, with a minimum distance between labels.</summary>
    public static NumericAutomatic LinearTicks(float spacing) => new()
    {
        MinimumTickSpacing = spacing,
        MinorTickGenerator = new NoMinorTicks(),
        LabelFormatter = NiceNumber.Label,
    };

    private static IEnumerable<double> Values(CurvePanel panel)
    {
        IEnumerable<double> values = panel.Curves.SelectMany(c => c.Y.Concat(c.Lower ?? []).Concat(c.Upper ?? []));
        return panel.Goal is { } goal ? values.Append(goal.Value) : values;
    }

    private sealed class NoMinorTicks : IMinorTickGenerator
    {
        public IEnumerable<double> GetMinorTicks(double[] majorTicks, CoordinateRange visibleRange) => [];
    }
}
