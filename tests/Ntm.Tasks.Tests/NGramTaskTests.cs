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
            Assert.All(s.Targets, y => Assert.True(y[0] is 0 or 1));
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
    public void Bad_options_are_refused_by_name()
    {
        Assert.Contains("NGramOptions.N is 0", Assert.Throws<ArgumentException>(() => new NGramTask(new NGramOptions { N = 0 })).Message);
        Assert.Contains("NGramOptions.N is 17", Assert.Throws<ArgumentException>(() => new NGramTask(new NGramOptions { N = 17 })).Message);
        Assert.Contains("NGramOptions.Bits is 6", Assert.Throws<ArgumentException>(() => new NGramTask(new NGramOptions { Bits = 6 })).Message);
        Assert.Equal("context", Assert.Throws<ArgumentOutOfRangeException>(() => NGramOptimum.Predict([1, 0], 16)).ParamName);
    }
}
