using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests.Statistics;

public class AssociativeRecallStatisticsTests
{
    /// <summary>Wide enough that of 60 bits no two items are equal by chance: a query tells its item.</summary>
    private const int Width = 20;

    [Fact]
    public void Items_are_uniform_the_query_is_uniform_over_all_but_the_last_and_bits_are_fair()
    {
        var (counts, ones, vectors) = (new int[7], new int[Width], 0);
        var queries = Enumerable.Range(0, 7).Select(items => new int[Math.Max(0, items - 1)]).ToArray();
        Law.ForEach(new AssociativeRecallTask(new AssociativeRecallOptions { Width = Width }), s =>
        {
            var items = (s.Steps - 8) / 4;
            counts[items]++;
            queries[items][Asked(s, items)]++;
            for (var t = 0; t < 4 * items; t++)
            {
                if (t % 4 == 0)
                    continue;
                vectors++;
                for (var bit = 0; bit < Width; bit++)
                    ones[bit] += (int)s.Inputs[t * (Width + 2) + bit];
            }
        });
        Assert.Equal([0, 0], counts[..2]);
        Law.Uniform(counts[2..]);
        Assert.All(ones, n => Law.Share(0.5, n, vectors));
        // Two items leave one to ask for.
        Assert.Equal(counts[2], queries[2].Single());
        for (var items = 3; items <= 6; items++)
            Law.Uniform(queries[items]);
    }

    /// <summary>Returns which of the first <c>items - 1</c> items is between the query delimiters; fails if none does.</summary>
    private static int Asked(BatchBuffer s, int items)
    {
        var query = Item(s, 4 * items + 1);
        for (var item = 0; item < items - 1; item++)
            if (Item(s, 4 * item + 1).SequenceEqual(query))
                return item;
        throw new InvalidOperationException("The query is none of the items that have a successor.");

        static ReadOnlySpan<float> Item(BatchBuffer s, int step) => s.Inputs.Slice(step * (Width + 2), 3 * (Width + 2));
    }
}
