namespace Ntm.Training;

/// <summary>How many of several trials had success.</summary>
/// <param name="Successes">Trials that had.</param>
/// <param name="Trials">All trials.</param>
public readonly record struct Proportion(int Successes, int Trials)
{
    /// <summary>The standard normal quantile of a confidence of 95 %.</summary>
    private const double DefaultQuantile = 1.959963984540054;

    /// <summary>The share of successes, 0 to 1; NaN without trials.</summary>
    public double Share => (double)Successes / Trials;

    /// <summary>The Wilson score interval (Wilson 1927) of the probability of success: unlike the normal approximation it stays within 0 to 1 and is of use
    /// for few trials and for none or all successes.</summary>
    /// <param name="quantile">The standard normal quantile of half the confidence above one half; above 0. By default that of 95 %, 1.96.</param>
    /// <returns>Both ends, from 0 to 1; 0 and 1 without trials.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantile"/> is not above 0.</exception>
    public (double Low, double High) WilsonInterval(double quantile = DefaultQuantile)
    {
        if (!(quantile > 0))
            throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "expected a number above 0.");
        if (Trials == 0)
            return (0, 1);
        var (n, squared) = ((double)Trials, quantile * quantile);
        var center = (Successes + (squared / 2)) / (n + squared);
        var half = quantile / (n + squared) * Math.Sqrt((Successes * (n - Successes) / n) + (squared / 4));
        // Rounding may leave the ends of none and of all beside 0 and 1.
        return (Successes == 0 ? 0 : center - half, Successes == Trials ? 1 : center + half);
    }
}
