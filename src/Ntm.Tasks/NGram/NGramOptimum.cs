namespace Ntm.Tasks;

/// <summary>
/// The Bayes-optimal predictor of the N-gram task (paper, section 4.4; Murphy 2012). If context <c>c</c> was seen <c>N1</c> times before a
/// one and <c>N0</c> times before a zero, <c>P(1 | c) = (N1 + 1/2) / (N1 + N0 + 1)</c>; the probability is 1/2 until there is a full context.
/// </summary>
public static class NGramOptimum
{
    /// <summary>Computes the optimal predictions of a sequence.</summary>
    /// <param name="bits">The bits, 0 or 1.</param>
    /// <param name="context">The number of bits of a context, <c>N - 1</c>; 0 to 15.</param>
    /// <returns>The probability that bit <c>t + 1</c> is one, given bits 0 to <c>t</c>: one number fewer than there are bits.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="context"/> is out of range.</exception>
    public static double[] Predict(ReadOnlySpan<float> bits, int context)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(context);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(context, 15);
        var ones = new int[1 << context];
        var zeros = new int[1 << context];
        var predictions = new double[Math.Max(0, bits.Length - 1)];
        var last = 0;
        for (var t = 0; t < predictions.Length; t++)
        {
            last = ((last << 1) | (bits[t] > 0.5f ? 1 : 0)) & (ones.Length - 1);
            if (t + 1 < context)
            {
                predictions[t] = 0.5;
                continue;
            }

            predictions[t] = (ones[last] + 0.5) / (ones[last] + zeros[last] + 1.0);
            (bits[t + 1] > 0.5f ? ones : zeros)[last]++;
        }

        return predictions;
    }

    /// <summary>Computes the cost of the optimal predictions, in bits.</summary>
    /// <param name="bits">The bits, 0 or 1.</param>
    /// <param name="context">The number of bits of a context, <c>N - 1</c>; 0 to 15.</param>
    public static double CostBits(ReadOnlySpan<float> bits, int context)
    {
        var predictions = Predict(bits, context);
        var cost = 0.0;
        for (var t = 0; t < predictions.Length; t++)
            cost -= Math.Log2(bits[t + 1] > 0.5f ? predictions[t] : 1 - predictions[t]);
        return cost;
    }
}
