using System.Globalization;
using Ntm.Tasks;

namespace Ntm.Training;

/// <summary>A range that numbers are drawn from, uniformly or uniformly in their logarithm.</summary>
public sealed class ValueRange
{
    /// <summary>Numbers are rounded to so many digits: short names, and the same number on every machine, whose logarithms may differ in the last bit.</summary>
    private const string Digits = "G4";

    /// <summary>A whole number is drawn from a range whose ends are at most this.</summary>
    private const double LargestWhole = int.MaxValue;

    private ValueRange(double low, double high, bool isLogarithmic) => (Low, High, IsLogarithmic) = (low, high, isLogarithmic);

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }

    /// <summary>Whether numbers are uniform in their logarithm.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>A range of which all numbers are equally likely.</summary>
    /// <param name="low">The lower end; finite.</param>
    /// <param name="high">The upper end; finite, above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is not finite, or they are not in order.</exception>
    public static ValueRange Uniform(double low, double high)
    {
        Check(low, high);
        return new ValueRange(low, high, isLogarithmic: false);
    }

    /// <summary>A range of which all orders of magnitude are equally likely: 1e-5 to 1e-4 as much as 1e-4 to 1e-3.</summary>
    /// <param name="low">The lower end; finite, above 0.</param>
    /// <param name="high">The upper end; finite, above <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is not finite, the lower one is not above 0, or they are not in order.</exception>
    public static ValueRange LogUniform(double low, double high)
    {
        Check(low, high);
        return low > 0
            ? new ValueRange(low, high, isLogarithmic: true)
            : throw new ArgumentOutOfRangeException(nameof(low), low, "expected a number above 0, for its logarithm counts.");
    }

    /// <summary>Draws a number, rounded to four significant digits, within the ends.</summary>
    internal double Draw(ref TaskRandom random)
    {
        var place = random.NextDouble();
        var value = IsLogarithmic ? Math.Exp(Math.Log(Low) + (place * (Math.Log(High) - Math.Log(Low)))) : Low + (place * (High - Low));
        return Math.Clamp(double.Parse(value.ToString(Digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), Low, High);
    }

    /// <summary>Draws a whole number, the ends included.</summary>
    internal long DrawWhole(ref TaskRandom random)
    {
        var (low, high) = ((int)Math.Ceiling(Low), (int)Math.Floor(High));
        if (!IsLogarithmic)
            return random.NextInt(low, high);
        // Each whole number has the part of the logarithmic range that is rounded to it.
        var (from, to) = (Math.Log(low - 0.5), Math.Log(high + 0.5));
        return Math.Clamp((long)Math.Round(Math.Exp(from + (random.NextDouble() * (to - from)))), low, high);
    }

    /// <summary>Refuses a range that whole numbers cannot be drawn from.</summary>
    internal void CheckWhole()
    {
        if (Math.Abs(Low) > LargestWhole || Math.Abs(High) > LargestWhole || Math.Ceiling(Low) >= Math.Floor(High) || (IsLogarithmic && Low < 1))
            throw new ArgumentException(FormattableString.Invariant($"found {Low} to {High}; expected at least two whole numbers{(IsLogarithmic ? " from 1" : "")}, up to {LargestWhole}."));
    }

    private static void Check(double low, double high)
    {
        if (!double.IsFinite(low))
            throw new ArgumentOutOfRangeException(nameof(low), low, "expected a finite number.");
        if (!double.IsFinite(high) || high <= low || !double.IsFinite(high - low))
            throw new ArgumentOutOfRangeException(nameof(high), high, FormattableString.Invariant($"expected a finite number above the lower end, {low}."));
    }
}
