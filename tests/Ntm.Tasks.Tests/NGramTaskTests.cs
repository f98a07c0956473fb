using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

public class NGramTaskTests
{
    [Fact]
    public void Inputs_are_the_bits_and_targets_the_bits_after_them()
    {
        var task = new NGramTask();
        Assert.Equal(("ngram", 1, 1, 5), (task.Name, task.InputSize, task.OutputSize, task.Context));
        foreach (var s in Drawn.Sequences(task, 50))
        {
            Assert.Equal(199, s.Steps);
            Assert.All(s.Mask, m => Assert.Equal(1, m));
            Assert.All(s.Inputs, x => Assert.True(x[0] is 0 or 1));
            for (var t = 0; t + 1 < s.Steps; t++)
                Assert.Equal(s.Inputs[t + 1][0], s.Targets[t][0]);
        }
    }

    [Fact]
    public void The_optimal_predictions_of_a_hand_made_sequence_are_these()
    {
        // Contexts of one bit. Before bit 1: context 0, nothing seen: 1/2. Bit 1 is 1. Before bit 2: context 1, nothing seen: 1/2; bit 2 is 0.
        // Before bit 3: context 0, seen one 1: (1 + 1/2) / 2. Bit 3 is 1. Before bit 4: context 1, seen one 0: (1/2) / 2.
        Assert.Equal([0.5, 0.5, 0.75, 0.25], NGramOptimum.Predict([0, 1, 0, 1, 0], context: 1));
        Assert.Equal(-Math.Log2(0.5 * 0.5 * 0.75 * 0.75), NGramOptimum.CostBits([0, 1, 0, 1, 0], context: 1), 1e-12);
        // As long as there are fewer bits than a context has, one half.
        Assert.Equal([0.5, 0.5, 0.5], NGramOptimum.Predict([1, 1, 1, 1], context: 3));
    }

    [Fact]
    public void The_optimal_cost_has_its_expected_value()
    {
        // 132.24 bits, with a deviation of 35.9 per sequence: 40,000 sequences have a standard error of 0.18; the band is 0.4 wide on either
        // side, the seed fixed.
        var task = new NGramTask();
        var buffer = new BatchBuffer(task);
        var cost = 0.0;
        for (var i = 0; i < 400; i++)
        {
            buffer.Fill(5, i * 100, 100);
            cost += task.OptimalCostBits(buffer);
        }

        Assert.InRange(cost / 40_000, 132.24 - 0.4, 132.24 + 0.4);
    }

    [Fact]
    public void Table_entries_are_from_Beta_one_half_one_half()
    {
        // Mean 1/2, variance 1/8, fourth central moment 3/128; 100,000 draws, five standard errors.
        var random = new TaskRandom(3, 0);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextArcsine() - 0.5).ToList();
        Assert.All(draws, x => Assert.InRange(x, -0.5, 0.5));
        Assert.Equal(0, draws.Average(), 5 * Math.Sqrt(0.125 / 100_000));
        Assert.Equal(0.125, draws.Average(x => x * x), 5 * Math.Sqrt((3.0 / 128 - 1.0 / 64) / 100_000));
        // The density has no bounds at 0 and 1: a tenth of the draws lies below sin^2(pi / 20) = 0.0245.
        Assert.Equal(0.1, draws.Count(x => x + 0.5 < Math.Pow(Math.Sin(Math.PI / 20), 2)) / 100_000.0, 5 * Math.Sqrt(0.09 / 100_000));
    }

    [Fact]
    public void Bad_options_are_refused_by_name()
    {
        Assert.Contains("NGramOptions.N is 0", Assert.Throws<ArgumentException>(() => new NGramTask(new NGramOptions { N = 0 })).Message);
        Assert.Contains("NGramOptions.Bits is 6", Assert.Throws<ArgumentException>(() => new NGramTask(new NGramOptions { Bits = 6 })).Message);
        Assert.Equal("context", Assert.Throws<ArgumentOutOfRangeException>(() => NGramOptimum.Predict([1, 0], 16)).ParamName);
    }
}
