using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests.Statistics;

public class CopyStatisticsTests
{
    [Fact]
    public void Lengths_are_uniform_within_inclusive_bounds_and_bits_fair()
    {
        var (lengths, ones, vectors) = (new int[21], new int[8], 0);
        Law.ForEach(new CopyTask(), s =>
        {
            var length = (s.Steps - 1) / 2;
            lengths[length]++;
            vectors += length;
            for (var i = 0; i < length * 9; i++)
                if (i % 9 < 8 && s.Inputs[i] == 1)
                    ones[i % 9]++;
        });
        Assert.Equal(0, lengths[0]);
        Law.Uniform(lengths[1..]);
        Assert.All(ones, n => Law.Share(0.5, n, vectors));
    }
}
