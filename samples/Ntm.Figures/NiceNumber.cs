using System.Globalization;

namespace Ntm.Figures;

/// <summary>Numbers that are easy to read: 1, 2 or 5 times a power of ten.</summary>
internal static class NiceNumber
{
    private static readonly double[] s_digits = [1, 2, 5, 10];

    /// <summary>Returns the smallest such number that is not below <paramref name="value"/>, which is positive, by more than rounding.</summary>
    public static double AtLeast(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        const double Slack = 1 - 1e-6;
        return s_digits.First(d => d == 10 || d * power >= value * Slack) * power;
    }

    /// <summary>Returns a short label; very large and very small values get an exponent.</summary>
    public static string Label(double value)
    {
        double size = Math.Abs(value);
        string text = size is 0 or (>= 1e-4 and < 1e6)
            ? Math.Round(value, 10).ToString("0.######", CultureInfo.InvariantCulture)
            : value.ToString("0.##e0", CultureInfo.InvariantCulture);
        return text.Replace('-', '\u2212');
    }
}
