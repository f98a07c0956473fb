using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests.Statistics;

public class PrioritySortStatisticsTests
{
    [Fact]
    public void Priorities_are_uniform_and_independent_of_place_and_bits_and_bits_are_fair()
    {
        var (hundredths, highestAt, ones) = (new int[100], new int[20], new int[8]);
        var (sum, squares, products) = (0.0, 0.0, new double[8]);
        Law.ForEach(new PrioritySortTask(), s =>
        {
            var highest = 0;
            for (var t = 0; t < 20; t++)
            {
                var vector = s.Inputs.Slice(t * 9, 9);
                var priority = (double)vector[8];
                (sum, squares) = (sum + priority, squares + priority * priority);
                // A priority may round to 1 in float32.
                hundredths[Math.Min(99, (int)((priority + 1) * 50))]++;
                if (priority > s.Inputs[highest * 9 + 8])
                    highest = t;
                for (var bit = 0; bit < 8; bit++)
                {
                    ones[bit] += (int)vector[bit];
                    products[bit] += (2 * vector[bit] - 1) * priority;
                }
            }

            highestAt[highest]++;
        });
        const int Vectors = 20 * Law.Sequences;
        // Uniform in -1..1: variance 1/3, fourth moment 1/5.
        Law.Mean(0, 1 / 3.0, sum, Vectors);
        Law.Mean(1 / 3.0, 1 / 5.0 - 1 / 9.0, squares, Vectors);
        Law.Uniform(hundredths);
        Law.Uniform(highestAt);
        Assert.All(ones, n => Law.Share(0.5, n, Vectors));
        Assert.All(products, p => Law.Mean(0, 1 / 3.0, p, Vectors));
    }
}
