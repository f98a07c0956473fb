using Ntm.Tasks.Tests.Support;

namespace Ntm.Tasks.Tests.Statistics;

public class RepeatCopyStatisticsTests
{
    [Fact]
    public void Lengths_and_repeats_are_uniform_and_independent_and_bits_fair()
    {
        var (cells, ones, vectors) = (new int[100], new int[8], 0);
        Law.ForEach(new RepeatCopyTask(), s =>
        {
            var length = Length(s);
            cells[10 * (length - 1) + (s.Steps - 2 - length) / length - 1]++;
            vectors += length;
            for (var t = 0; t < length; t++)
                for (var bit = 0; bit < 8; bit++)
                    ones[bit] += (int)s.Inputs[t * 10 + bit];
        });
        Law.Uniform(cells);
        Assert.All(ones, n => Law.Share(0.5, n, vectors));
    }

    [Fact]
    public void The_number_of_repeats_is_given_with_mean_0_and_variance_1()
    {
        // The fourth moment of a normalised uniform distribution over n numbers is 3 - 6 (n^2 + 1) / (5 (n^2 - 1)).
        const double Fourth = 3 - 6.0 * 101 / (5 * 99);
        var (sum, squares) = (0.0, 0.0);
        Law.ForEach(new RepeatCopyTask(new RepeatCopyOptions { Width = 1, MaxLength = 2 }), s =>
        {
            var given = (double)s.Inputs[Length(s) * 3 + 2];
            (sum, squares) = (sum + given, squares + given * given);
        });
        Law.Mean(0, 1, sum, Law.Sequences);
        Law.Mean(1, Fourth - 1, squares, Law.Sequences);
    }

    [Fact]
    public void Every_sequence_has_one_end_marker_at_its_last_step() => Law.ForEach(new RepeatCopyTask(new RepeatCopyOptions { Width = 1 }), s =>
    {
        var markers = 0f;
        for (var t = 0; t < s.Steps; t++)
            markers += s.Targets[t * 2 + 1];
        if (markers != 1 || s.Targets[^1] != 1)
            Assert.Fail($"{markers} end markers, {s.Targets[^1]} at the last step");
    });

    /// <summary>The step of the delimiter.</summary>
    private static int Length(BatchBuffer s)
    {
        var (width, t) = (s.Task.InputSize, 0);
        while (s.Inputs[t * width + width - 2] == 0)
            t++;
        return t;
    }
}
