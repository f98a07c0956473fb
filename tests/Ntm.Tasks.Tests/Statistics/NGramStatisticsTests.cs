using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests.Statistics;

public class NGramStatisticsTests
{
    [Fact]
    public void Table_entries_are_from_Beta_one_half_one_half()
    {
        // Mean 1/2, central moments 1/8 and 3/128, and for the fourth's own variance the eighth, 35/32768.
        var random = new TaskRandom(3, 0);
        var (sum, squares, fourths, low) = (0.0, 0.0, 0.0, 0);
        for (var i = 0; i < Law.Sequences; i++)
        {
            var draw = random.NextArcsine();
            Assert.InRange(draw, 0, 1);
            var x = draw - 0.5;
            (sum, squares, fourths) = (sum + x, squares + x * x, fourths + x * x * x * x);
            // The density has no bounds at 0 and 1: a tenth of the draws lies below sin^2(pi / 20) = 0.0245.
            low += draw < Math.Pow(Math.Sin(Math.PI / 20), 2) ? 1 : 0;
        }

        Law.Mean(0, 1 / 8.0, sum, Law.Sequences);
        Law.Mean(1 / 8.0, 3 / 128.0 - 1 / 64.0, squares, Law.Sequences);
        Law.Mean(3 / 128.0, 35 / 32768.0 - 9.0 / (128 * 128), fourths, Law.Sequences);
        Law.Share(0.1, low, Law.Sequences);
    }

    [Fact]
    public void The_optimal_cost_has_its_expected_value_and_deviation()
    {
        // 132.24 bits with a deviation of 35.9 per sequence, by a simulation of 4 million sequences: the standard error is 0.11 here.
        var task = new NGramTask();
        var (sum, squares) = (0.0, 0.0);
        Law.ForEach(task, s =>
        {
            var cost = task.OptimalCostSum(s);
            (sum, squares) = (sum + cost, squares + cost * cost);
        });
        Assert.Equal(132.24, sum / Law.Sequences, 0.4);
        // A deviation's own relative standard error is 1 / sqrt(2 n) for a normal distribution: 0.08 bits.
        Assert.Equal(35.9, Math.Sqrt(squares / Law.Sequences - sum / Law.Sequences * (sum / Law.Sequences)), 0.4);
    }

    [Fact]
    public void Ones_are_as_frequent_as_the_optimal_predictor_expects()
    {
        // If and only if each context of five bits has a separate entry from Beta(1/2, 1/2), a one comes with probability
        // (ones + 1/2) / (ones + zeros + 1), whatever else is known of the past, such as the bit before the context. Counted here with other
        // means than those of the predictor: by position, context and counts.
        var (seen, ones) = (new double[Cells], new double[Cells]);
        var (first, counts) = (new int[5], new int[64]);
        Law.ForEach(new NGramTask(), s =>
        {
            Array.Clear(counts);
            Span<int> bits = stackalloc int[200];
            for (var t = 0; t < 200; t++)
                bits[t] = (int)(t == 0 ? s.Inputs[0] : s.Targets[t - 1]);
            for (var t = 0; t < 5; t++)
                first[t] += bits[t];
            for (var t = 5; t < 200; t++)
            {
                var context = 0;
                for (var back = 5; back >= 1; back--)
                    context = 2 * context + bits[t - back];
                ref var zerosHere = ref counts[2 * context];
                ref var onesHere = ref counts[2 * context + 1];
                if (zerosHere < Most && onesHere < Most)
                {
                    var older = t > 5 ? bits[t - 6] : 0;
                    var cell = (older * Most + zerosHere) * Most + onesHere;
                    seen[cell]++;
                    ones[cell] += bits[t];
                }

                (bits[t] == 1 ? ref onesHere : ref zerosHere)++;
            }
        });
        Assert.All(first, n => Law.Share(0.5, n, Law.Sequences));
        for (var cell = 0; cell < Cells; cell++)
        {
            var (zerosBefore, onesBefore) = (cell / Most % Most, cell % Most);
            Assert.True(seen[cell] > 1000, $"{zerosBefore} zeros and {onesBefore} ones occurred {seen[cell]} times");
            Law.Share((onesBefore + 0.5) / (onesBefore + zerosBefore + 1), ones[cell], seen[cell]);
        }
    }

    private const int Most = 4;
    private const int Cells = 2 * Most * Most;
}
