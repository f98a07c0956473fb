using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

public class RepeatCopyTaskTests
{
    [Fact]
    public void Sizes_and_name_are_the_papers()
    {
        var task = new RepeatCopyTask();
        Assert.Equal(("repeat-copy", 10, 9, 8), (task.Name, task.InputSize, task.OutputSize, task.EndMarkerChannel));
    }

    [Fact]
    public void Every_cell_of_a_sequence_is_the_one_that_the_paper_says()
    {
        // Mean and deviation of 1..10: 5.5 and the root of (10^2 - 1) / 12 = 8.25.
        foreach (var s in Drawn.Sequences(new RepeatCopyTask(), 300))
        {
            var length = Array.FindIndex(s.Inputs, x => x[8] == 1);
            var repeats = (int)Math.Round(s.Inputs[length][9] * Math.Sqrt(8.25) + 5.5);
            Assert.InRange(length, 1, 10);
            Assert.InRange(repeats, 1, 10);
            Assert.Equal((repeats - 5.5) / Math.Sqrt(8.25), s.Inputs[length][9], 1e-6);
            Assert.Equal(length + 1 + length * repeats + 1, s.Steps);
            for (var t = 0; t < s.Steps; t++)
            {
                Assert.Equal(t > length ? 1 : 0, s.Mask[t]);
                if (t < length)
                    Assert.All(s.Inputs[t][..8], bit => Assert.True(bit is 0 or 1));
                if (t != length)
                    Assert.Equal([0, 0], s.Inputs[t][8..]);
                if (t > length)
                    Assert.All(s.Inputs[t], x => Assert.Equal(0, x));
                float[] expected = t == s.Steps - 1 ? [0, 0, 0, 0, 0, 0, 0, 0, 1]
                    : t > length ? [.. s.Inputs[(t - length - 1) % length][..8], 0]
                    : new float[9];
                Assert.Equal(expected, s.Targets[t]);
            }
        }
    }

    [Fact]
    public void Beyond_the_training_range_the_repeats_are_normalised_as_in_it()
    {
        var far = new RepeatCopyTask(new RepeatCopyOptions { MinRepeats = 20, MaxRepeats = 20, MinLength = 3, MaxLength = 3 });
        var s = Drawn.Sequences(far, 1).Single();
        Assert.Equal((20 - 5.5) / Math.Sqrt(8.25), s.Inputs[3][9], 1e-6);
        Assert.Equal(3 + 1 + 60 + 1, s.Steps);
    }

    [Fact]
    public void Bad_options_are_refused_by_name()
    {
        Refused(o => o.Width = 0, "Width is 0");
        Refused(o => o.MaxLength = 0, "MaxLength is 0");
        Refused(o => o.MinLength = 0, "MinLength is 0");
        Refused(o => o.MinRepeats = 0, "MinRepeats is 0");
        Refused(o => o.MaxRepeats = 0, "MaxRepeats is 0");
        Refused(o => o.MinLength = 11, "MaxLength is 10");
        Refused(o => o.MinRepeats = 11, "MaxRepeats is 10");
        Refused(o => (o.TrainingMinRepeats, o.TrainingMaxRepeats) = (4, 4), "TrainingMaxRepeats is 4");

        static void Refused(Action<RepeatCopyOptions> change, string named)
        {
            var options = new RepeatCopyOptions();
            change(options);
            Assert.Contains($"RepeatCopyOptions.{named}", Assert.Throws<ArgumentException>(() => new RepeatCopyTask(options)).Message);
        }
    }
}
