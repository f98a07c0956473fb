namespace Ntm.Tasks;

/// <summary>
/// The random numbers of one sequence: a pure function of a seed and the sequence's index, the same on every machine, in every
/// version of .NET and on any thread. <see cref="Random"/> does not guarantee that. The generator is SplitMix64 (Steele, Lea and Flood
/// 2014), started from a mix of seed and index.
/// </summary>
public struct TaskRandom
{
    private ulong _state;

    /// <summary>Creates the random numbers of sequence <paramref name="index"/> of <paramref name="seed"/>.</summary>
    /// <param name="seed">The seed of a stream of sequences.</param>
    /// <param name="index">The sequence's index in the stream.</param>
    public TaskRandom(ulong seed, long index)
    {
        // Mixed twice, so that adjacent seeds and adjacent indices start at unrelated places.
        _state = Mix(Mix(seed + 0x9E3779B97F4A7C15UL) ^ (ulong)index);
    }

    /// <summary>Returns 64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>Returns a whole number from <paramref name="low"/> to <paramref name="high"/>, both included, each equally likely.</summary>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">The largest value; not below <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is below <paramref name="low"/>.</exception>
    public int NextInt(int low, int high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        var count = (ulong)((long)high - low + 1);
        // Multiply and keep the upper half; the few products that would prefer some values are drawn again.
        var upper = Math.BigMul(NextUInt64(), count, out var lower);
        if (lower < count)
        {
            var threshold = (0 - count) % count;
            while (lower < threshold)
                upper = Math.BigMul(NextUInt64(), count, out lower);
        }

        return (int)(low + (long)upper);
    }

    /// <summary>Returns a number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns true with the given probability.</summary>
    /// <param name="probability">0 to 1.</param>
    public bool NextBernoulli(double probability) => NextDouble() < probability;

    /// <summary>Returns a number from Beta(1/2, 1/2), the arcsine distribution on 0..1, by its inverse: <c>sin^2(pi u / 2)</c>.</summary>
    public double NextArcsine()
    {
        var sine = Math.Sin(Math.PI / 2 * NextDouble());
        return sine * sine;
    }

    /// <summary>Fills a vector with bits, 0 or 1, each with probability 1/2.</summary>
    /// <param name="vector">The vector to fill.</param>
    public void NextBits(Span<float> vector)
    {
        var bits = 0UL;
        for (var i = 0; i < vector.Length; i++)
        {
            if (i % 64 == 0)
                bits = NextUInt64();
            vector[i] = bits & 1;
            bits >>= 1;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
