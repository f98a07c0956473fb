namespace Ntm.Paper.Drawing;

/// <summary>The line with the least squared vertical distance from points.</summary>
/// <param name="Slope">Its rise.</param>
/// <param name="Intercept">Its height at zero.</param>
/// <param name="Determination">
/// R squared, the share of the heights' variance that the line explains; not a number where all points have one height.
/// </param>
internal readonly record struct LinearFit(double Slope, double Intercept, double Determination)
{
    /// <param name="points">Two points or more, not all at one place.</param>
    public static LinearFit Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var varianceX = points.Average(p => (p.X - meanX) * (p.X - meanX));
        var varianceY = points.Average(p => (p.Y - meanY) * (p.Y - meanY));
        var covariance = points.Average(p => (p.X - meanX) * (p.Y - meanY));
        var slope = covariance / varianceX;
        return new LinearFit(slope, meanY - slope * meanX, varianceY > 0 ? slope * covariance / varianceY : double.NaN);
    }

    public double this[double x] => Slope * x + Intercept;
}
