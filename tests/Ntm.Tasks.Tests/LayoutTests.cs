using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

/// <summary>Small sequences written out by hand: every number but the drawn ones, which letters stand for.</summary>
public class LayoutTests
{
    [Fact]
    public void Repeat_copy_of_two_vectors_two_times()
    {
        var task = new RepeatCopyTask(new RepeatCopyOptions { Width = 1, MinLength = 2, MaxLength = 2, MinRepeats = 2, MaxRepeats = 2, TrainingMaxRepeats = 3 });
        // Of 1..3 the mean is 2 and the variance (3^2 - 1) / 12: two repeats are given as 0.
        foreach (var s in Drawn.Sequences(task, 20))
        {
            var (a, b) = (s.Inputs[0][0], s.Inputs[1][0]);
            Assert.Equal([[a, 0, 0], [b, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], s.Inputs);
            Assert.Equal([[0, 0], [0, 0], [0, 0], [a, 0], [b, 0], [a, 0], [b, 0], [0, 1]], s.Targets);
            Assert.Equal([0, 0, 0, 1, 1, 1, 1, 1], s.Mask);
        }
    }

    [Fact]
    public void Recall_of_two_items_of_two_vectors()
    {
        var task = new AssociativeRecallTask(new AssociativeRecallOptions { Width = 1, ItemLength = 2, MinItems = 2, MaxItems = 2 });
        foreach (var s in Drawn.Sequences(task, 20))
        {
            var (a, b, c, d) = (s.Inputs[1][0], s.Inputs[2][0], s.Inputs[4][0], s.Inputs[5][0]);
            Assert.Equal(
                [
                    [0, 1, 0], [a, 0, 0], [b, 0, 0], // the first item
                    [0, 1, 0], [c, 0, 0], [d, 0, 0], // the second item
                    [0, 0, 1], [a, 0, 0], [b, 0, 0], [0, 0, 1], // the query: the only item that another follows
                    [0, 0, 0], [0, 0, 0],
                ],
                s.Inputs);
            Assert.Equal([[0], [0], [0], [0], [0], [0], [0], [0], [0], [0], [c], [d]], s.Targets);
            Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], s.Mask);
        }
    }

    [Fact]
    public void N_grams_of_four_bits()
    {
        foreach (var s in Drawn.Sequences(new NGramTask(new NGramOptions { N = 2, Bits = 4 }), 20))
        {
            var (a, b, c, d) = (s.Inputs[0][0], s.Inputs[1][0], s.Inputs[2][0], s.Targets[2][0]);
            Assert.All([a, b, c, d], bit => Assert.True(bit is 0 or 1));
            Assert.Equal([[a], [b], [c]], s.Inputs);
            Assert.Equal([[b], [c], [d]], s.Targets);
            Assert.Equal([1, 1, 1], s.Mask);
        }
    }

    [Fact]
    public void Sort_of_the_two_highest_of_three()
    {
        foreach (var s in Drawn.Sequences(new PrioritySortTask(new PrioritySortOptions { Width = 2, Inputs = 3, Outputs = 2 }), 40))
        {
            float[] a = s.Inputs[0][..2], b = s.Inputs[1][..2], c = s.Inputs[2][..2];
            var (p, q, r) = (s.Inputs[0][2], s.Inputs[1][2], s.Inputs[2][2]);
            Assert.Equal([[.. a, p], [.. b, q], [.. c, r], [0, 0, 0], [0, 0, 0]], s.Inputs);
            // All six orders, one by one.
            float[][] answer = p > q && q > r ? [a, b]
                : p > r && r > q ? [a, c]
                : q > p && p > r ? [b, a]
                : q > r && r > p ? [b, c]
                : r > p && p > q ? [c, a]
                : [c, b];
            Assert.Equal([[0, 0], [0, 0], [0, 0], .. answer], s.Targets);
            Assert.Equal([0, 0, 0, 1, 1], s.Mask);
        }
    }
}
