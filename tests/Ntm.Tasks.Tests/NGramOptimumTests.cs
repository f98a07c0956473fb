using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

public class NGramOptimumTests
{
    [Fact]
    public void The_optimal_cost_is_the_probability_of_all_bits_together()
    {
        // By the chain rule the predictions' product is the probability of the bits given their first: 1/2 for each of the next four, and
        // for each context with its ones and zeros the mean of p^ones (1 - p)^zeros over Beta(1/2, 1/2), which does not depend on their
        // order: B(ones + 1/2, zeros + 1/2) / B(1/2, 1/2).
        foreach (var s in Drawn.Sequences(new NGramTask(), 200))
        {
            float[] bits = [s.Inputs[0][0], .. s.Targets.Select(y => y[0])];
            var text = string.Concat(bits);
            var expected = 4.0;
            foreach (var context in Enumerable.Range(5, 195).GroupBy(t => text[(t - 5)..t]))
                expected -= Math.Log2(Marginal(context.Count(t => bits[t] == 1), context.Count(t => bits[t] == 0)));
            Assert.Equal(expected, NGramOptimum.CostBits(bits, 5), 1e-9);
        }
    }

    // B(a + 1/2, b + 1/2) / B(1/2, 1/2), from the gamma function's G(x + 1) = x G(x).
    private static double Marginal(int ones, int zeros)
    {
        var product = 1.0;
        for (var i = 0; i < ones; i++)
            product *= (i + 0.5) / (i + 1);
        for (var i = 0; i < zeros; i++)
            product *= (i + 0.5) / (ones + i + 1);
        return product;
    }
}
