namespace Ntm.Core.Tests.Dropout;

public class DropoutMasksTests
{
    private const int Units = 37;

    [Fact]
    public void The_default_value_drops_nothing() => Assert.False(default(DropoutMasks).IsActive);

    /// <summary>The definition: word <c>u mod 4</c> of the counter (u / 4, step, sequence) under the seed, below <c>p 2^32</c>.</summary>
    [Theory]
    [InlineData(0x0123456789abcdefUL, 5L)]
    [InlineData(3UL, 0x7_0000_0002L)]
    public void A_unit_is_dropped_by_its_own_word(ulong seed, long first)
    {
        var masks = new DropoutMasks(0.25, seed, first);
        for (var sample = 0; sample < 3; sample++)
        {
            for (var step = 0; step < 4; step++)
            {
                var mask = Mask(masks, sample, step, kept: 2);
                for (var u = 0; u < Units; u++)
                {
                    var sequence = (ulong)(first + sample);
                    var (w0, w1, w2, w3) = Philox.Block(((uint)(u / 4), (uint)step, (uint)sequence, (uint)(sequence >> 32)), seed);
                    Assert.Equal(new[] { w0, w1, w2, w3 }[u % 4] < 1u << 30 ? 0 : 2, mask[u]);
                }
            }
        }
    }

    [Fact]
    public void A_sequence_has_its_mask_in_every_batch()
    {
        for (var sample = 0; sample < 9; sample++)
            Assert.Equal(Mask(new DropoutMasks(0.5, 7, 100), sample, 3), Mask(new DropoutMasks(0.5, 7, 100 + sample), 0, 3));
    }

    [Fact]
    public void Seeds_sequences_and_steps_have_different_masks()
    {
        var masks = new HashSet<string>();
        foreach (var seed in (ulong[])[0, 1, 1UL << 32])
            for (var sequence = 0; sequence < 10; sequence++)
                for (var step = 0; step < 10; step++)
                    masks.Add(string.Concat(Mask(new DropoutMasks(0.5, seed, sequence), 0, step)));
        Assert.Equal(300, masks.Count);
    }

    /// <summary>Within five standard deviations of a binomial distribution, which seeds that are fixed pass or never pass.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_share_of_dropped_units_is_the_rate(double rate)
    {
        var masks = new DropoutMasks(rate, 1, 0);
        const int Sequences = 100, Steps = 40;
        var dropped = new int[Units];
        for (var sample = 0; sample < Sequences; sample++)
            for (var step = 0; step < Steps; step++)
                foreach (var (factor, u) in Mask(masks, sample, step).Select((f, u) => (f, u)))
                    dropped[u] += factor == 0 ? 1 : 0;
        Near(dropped.Sum(), Sequences * Steps * Units);
        Assert.All(dropped, count => Near(count, Sequences * Steps));

        void Near(int count, int of) => Assert.InRange(Math.Abs(count - rate * of), 0, 5 * Math.Sqrt(of * rate * (1 - rate)));
    }

    [Fact]
    public void Rates_at_the_ends_of_the_range()
    {
        Assert.DoesNotContain(0f, Mask(new DropoutMasks(1e-300, 1, 0), 0, 0));
        var most = new DropoutMasks(Math.BitDecrement(1), 1, 0);
        Assert.All(Mask(most, 0, 0), factor => Assert.Equal(0, factor));
        Assert.True(double.IsFinite(most.Scale) && float.IsFinite((float)most.Scale));
    }

    [Fact]
    public void The_factor_keeps_the_mean() => Assert.Equal(4, new DropoutMasks(0.75, 1, 0).Scale);

    private static float[] Mask(in DropoutMasks masks, int sample, int step, float kept = 1)
    {
        var mask = new float[Units];
        mask.AsSpan().Fill(-1);
        masks.Fill(sample, step, mask, kept);
        return mask;
    }
}
