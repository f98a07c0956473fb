namespace Ntm.Tasks.Tests.Support;

/// <summary>
/// Checks that 100,000 sequences follow their law. All bounds are five standard errors, which are exceeded by chance once
/// in 1.7 million; the seed is fixed, so that a test that passes once passes always.
/// </summary>
internal static class Law
{
    public const int Sequences = 100_000;

    private const double Deviations = 5;
    private const ulong Seed = 5;

    /// <summary>Looks at the sequences one by one.</summary>
    public static void ForEach(SequenceTask task, Action<BatchBuffer> look)
    {
        var sequence = new BatchBuffer(task);
        for (var i = 0; i < Sequences; i++)
        {
            sequence.Fill(Seed, i, 1);
            look(sequence);
        }
    }

    /// <summary>The mean of independent numbers whose expectation and variance are known.</summary>
    public static void Mean(double expected, double variance, double sum, double count) =>
        Assert.InRange(sum / count, expected - Deviations * Math.Sqrt(variance / count), expected + Deviations * Math.Sqrt(variance / count));

    /// <summary>How often something happened that has a known probability.</summary>
    public static void Share(double probability, double hits, double trials) => Mean(probability, probability * (1 - probability), hits, trials);

    /// <summary>How often each of several equally likely things happened: chi-square, of mean <c>k - 1</c> and variance <c>2 (k - 1)</c>.</summary>
    public static void Uniform(IReadOnlyCollection<int> counts)
    {
        var expected = (double)counts.Sum() / counts.Count;
        Assert.InRange(counts.Sum(n => (n - expected) * (n - expected) / expected), 0, counts.Count - 1 + Deviations * Math.Sqrt(2.0 * (counts.Count - 1)));
    }
}
