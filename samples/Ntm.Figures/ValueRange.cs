namespace Ntm.Figures;

/// <summary>The values at the ends of a color map.</summary>
internal sealed record ValueRange
{
    public ValueRange(double minimum, double maximum)
    {
        if (!double.IsFinite(minimum))
        {
            throw new ArgumentException("An end of a range must be finite.", nameof(minimum));
        }

        if (!double.IsFinite(maximum) || maximum <= minimum)
        {
            throw new ArgumentException(
                $"The upper end of a range must be finite and above the lower end, {minimum}; it is {maximum}.", nameof(maximum));
        }

        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>0 to 1: bits, probabilities, weightings.</summary>
    public static ValueRange Unit { get; } = new(0, 1);

    public double Minimum { get; }

    public double Maximum { get; }

    /// <summary>Returns the range around zero that contains all finite values, rounded up so that its ends have short labels.</summary>
    public static ValueRange Around0(params IEnumerable<float[,]> matrices)
    {
        double largest = matrices.SelectMany(m => m.Cast<float>()).Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        double end = largest > 0 ? NiceNumber.AtLeast(largest) : 1;
        return new ValueRange(-end, end);
    }

    public double ToShare(double value) => (value - Minimum) / (Maximum - Minimum);
}
