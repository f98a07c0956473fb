using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests;

public class AssociativeRecallTaskTests
{
    [Fact]
    public void Sizes_and_name_are_the_papers()
    {
        var task = new AssociativeRecallTask();
        Assert.Equal(("associative-recall", 8, 6), (task.Name, task.InputSize, task.OutputSize));
    }

    [Fact]
    public void Every_cell_of_a_sequence_is_the_one_that_the_paper_says()
    {
        foreach (var s in Drawn.Sequences(new AssociativeRecallTask(), 500))
        {
            var items = s.Inputs.Count(x => x[6] == 1);
            Assert.InRange(items, 2, 6);
            Assert.Equal(4 * items + 8, s.Steps);
            var vectors = Enumerable.Range(0, items).Select(i => Item(s, 4 * i + 1)).ToList();
            for (var t = 0; t < s.Steps; t++)
            {
                Assert.Equal(t < 4 * items && t % 4 == 0 ? 1 : 0, s.Inputs[t][6]);
                Assert.Equal(t == 4 * items || t == 4 * items + 4 ? 1 : 0, s.Inputs[t][7]);
                Assert.Equal(t >= s.Steps - 3 ? 1 : 0, s.Mask[t]);
                Assert.All(s.Inputs[t], x => Assert.True(x is 0 or 1));
                if (s.Inputs[t][6] + s.Inputs[t][7] > 0 || t > 4 * items + 4)
                    Assert.All(s.Inputs[t][..6], x => Assert.Equal(0, x));
                if (t < s.Steps - 3)
                    Assert.All(s.Targets[t], x => Assert.Equal(0, x));
            }

            // Items equal by chance (one pair in 2^18) would each have a right answer.
            var query = Item(s, 4 * items + 1);
            var answer = string.Concat(s.Targets[^3..].SelectMany(v => v));
            Assert.Contains(answer, Enumerable.Range(0, items - 1).Where(i => vectors[i] == query).Select(i => vectors[i + 1]));
        }

        static string Item(Drawn s, int step) => string.Concat(s.Inputs[step..(step + 3)].SelectMany(x => x[..6]));
    }

    [Fact]
    public void Bad_options_are_refused_by_name()
    {
        Refused(o => o.Width = 0, "Width is 0");
        Refused(o => o.ItemLength = 0, "ItemLength is 0");
        Refused(o => (o.MinItems, o.MaxItems) = (1, 6), "MinItems is 1");
        Refused(o => (o.MinItems, o.MaxItems) = (1, 1), "MaxItems is 1");
        Refused(o => (o.MinItems, o.MaxItems) = (4, 3), "MaxItems is 3");

        static void Refused(Action<AssociativeRecallOptions> change, string named)
        {
            var options = new AssociativeRecallOptions();
            change(options);
            Assert.Contains($"AssociativeRecallOptions.{named}", Assert.Throws<ArgumentException>(() => new AssociativeRecallTask(options)).Message);
        }
    }
}
