using System.Numerics;

namespace Ntm.Tasks.Tests;

/// <summary>Statistical bounds are five standard deviations, a false alarm in 1.7 million; the seeds are fixed, so that a test that
/// passes once passes always.</summary>
public class TaskRandomTests
{
    private const double Deviations = 5;

    /// <summary>
    /// SplitMix64 as Steele, Lea and Flood (2014, figure 17, constants of Stafford's mix 13) give it, in big integers modulo 2^64:
    /// nothing in common with the implementation but the constants.
    /// </summary>
    private sealed class SplitMix(BigInteger state)
    {
        private static readonly BigInteger Modulus = BigInteger.Pow(2, 64);
        private static readonly BigInteger Golden = BigInteger.Parse("11400714819323198485"); // 0x9E3779B97F4A7C15, 2^64 / phi
        private BigInteger _state = state;

        public ulong Next()
        {
            _state = (_state + Golden) % Modulus;
            return (ulong)Mix(_state);
        }

        public static BigInteger Mix(BigInteger z)
        {
            z = Xor(z, z / BigInteger.Pow(2, 30)) * BigInteger.Parse("13787848793156543929") % Modulus; // 0xBF58476D1CE4E5B9
            z = Xor(z, z / BigInteger.Pow(2, 27)) * BigInteger.Parse("10723151780598845931") % Modulus; // 0x94D049BB133111EB
            return Xor(z, z / BigInteger.Pow(2, 31));
        }

        /// <summary>The start of sequence <paramref name="index"/> of <paramref name="seed"/>: the seed's first number, mixed with the index.</summary>
        public static SplitMix Of(ulong seed, ulong index) => new(Mix(Xor(new SplitMix(seed).Next(), index)));

        private static BigInteger Xor(BigInteger a, BigInteger b) => a ^ b;
    }

    [Fact]
    public void The_independent_generator_gives_the_published_first_numbers_of_seed_0()
    {
        var generator = new SplitMix(0);
        Assert.Equal(0xE220A8397B1DCDAFUL, generator.Next());
        Assert.Equal(0x6E789E6AA1B965F4UL, generator.Next());
        Assert.Equal(0x06C45D188009454FUL, generator.Next());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(ulong.MaxValue, long.MaxValue)]
    [InlineData(123456789, 987654321)]
    public void Numbers_are_those_of_split_mix_started_from_seed_and_index(ulong seed, long index)
    {
        var (expected, actual) = (SplitMix.Of(seed, (ulong)index), new TaskRandom(seed, index));
        for (var i = 0; i < 100; i++)
            Assert.Equal(expected.Next(), actual.NextUInt64());
    }

    [Fact]
    public void The_first_numbers_are_pinned()
    {
        // Computed once by the independent generator above: a change of these changes every task's data.
        var random = new TaskRandom(1, 2);
        Assert.Equal(PinnedFirst, random.NextUInt64());
        Assert.Equal(PinnedSecond, random.NextUInt64());
    }

    private const ulong PinnedFirst = 0xD2F6D0470BE1A7B1UL;
    private const ulong PinnedSecond = 0xE5EA3DCCF500A9AFUL;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-3, 3)]
    [InlineData(1, 20)]
    [InlineData(0, 255)]
    public void Whole_numbers_are_uniform_and_both_bounds_occur(int low, int high)
    {
        const int Draws = 200_000;
        var count = high - low + 1;
        var histogram = new int[count];
        var random = new TaskRandom(11, 0);
        for (var i = 0; i < Draws; i++)
            histogram[random.NextInt(low, high) - low]++;
        Assert.All(histogram, n => Assert.True(n > 0));
        // Chi-square with count - 1 degrees of freedom: mean count - 1, variance 2 (count - 1).
        var expected = (double)Draws / count;
        var chiSquare = histogram.Sum(n => (n - expected) * (n - expected) / expected);
        Assert.InRange(chiSquare, 0, count - 1 + Deviations * Math.Sqrt(2.0 * (count - 1)) + 1e-9);
    }

    [Fact]
    public void Whole_numbers_of_a_range_that_does_not_divide_2_to_the_64_are_not_biased()
    {
        // 3 * 2^29 numbers in thirds: multiplying 32 random bits without a second draw would favour some by half.
        const int Draws = 300_000;
        var random = new TaskRandom(12, 0);
        var thirds = new int[3];
        for (var i = 0; i < Draws; i++)
            thirds[random.NextInt(0, 3 * (1 << 29) - 1) % 3]++;
        Assert.All(thirds, n => Assert.InRange(n, Draws / 3.0 - Deviations * Math.Sqrt(Draws * 2 / 9.0), Draws / 3.0 + Deviations * Math.Sqrt(Draws * 2 / 9.0)));
    }

    [Fact]
    public void The_extremes_of_int_are_allowed_as_bounds()
    {
        var random = new TaskRandom(13, 0);
        var (negative, sum) = (0, 0.0);
        for (var i = 0; i < 10_000; i++)
        {
            var value = random.NextInt(int.MinValue, int.MaxValue);
            negative += value < 0 ? 1 : 0;
            sum += value / 2147483648.0;
        }

        Assert.InRange(negative, 5000 - Deviations * 50, 5000 + Deviations * 50);
        Assert.InRange(sum, -Deviations * Math.Sqrt(10_000 / 3.0), Deviations * Math.Sqrt(10_000 / 3.0));
        Assert.Equal(int.MinValue, random.NextInt(int.MinValue, int.MinValue));
        Assert.Equal(int.MaxValue, random.NextInt(int.MaxValue, int.MaxValue));
        Assert.InRange(random.NextInt(int.MaxValue - 1, int.MaxValue), int.MaxValue - 1, int.MaxValue);
    }

    [Fact]
    public void Bounds_in_the_wrong_order_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("high", () => new TaskRandom(1, 1).NextInt(2, 1));

    [Fact]
    public void Fractions_lie_in_0_to_1_and_are_uniform()
    {
        const int Draws = 100_000;
        var random = new TaskRandom(14, 0);
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < Draws; i++)
        {
            var value = random.NextDouble();
            Assert.InRange(value, 0, 1 - Math.Pow(2, -53));
            (sum, squares) = (sum + value, squares + value * value);
        }

        Assert.Equal(0.5, sum / Draws, Deviations * Math.Sqrt(1 / 12.0 / Draws));
        // The variance of u^2 is 1/5 - 1/9.
        Assert.Equal(1 / 3.0, squares / Draws, Deviations * Math.Sqrt((1 / 5.0 - 1 / 9.0) / Draws));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.25)]
    [InlineData(1.0)]
    public void Bernoulli_is_true_with_its_probability(double probability)
    {
        const int Draws = 100_000;
        var random = new TaskRandom(15, 0);
        var count = 0;
        for (var i = 0; i < Draws; i++)
            count += random.NextBernoulli(probability) ? 1 : 0;
        Assert.Equal(probability, (double)count / Draws, Deviations * Math.Sqrt(probability * (1 - probability) / Draws));
    }

    [Fact]
    public void Every_bit_of_a_vector_is_fair_and_independent_of_its_neighbour()
    {
        const int Draws = 20_000;
        const int Width = 130; // more than two draws of 64
        var random = new TaskRandom(16, 0);
        var (ones, equal, vector) = (new int[Width], new int[Width - 1], new float[Width]);
        for (var i = 0; i < Draws; i++)
        {
            random.NextBits(vector);
            for (var j = 0; j < Width; j++)
            {
                Assert.True(vector[j] is 0 or 1);
                ones[j] += (int)vector[j];
                if (j > 0)
                    equal[j - 1] += vector[j] == vector[j - 1] ? 1 : 0;
            }
        }

        var bound = Deviations * Math.Sqrt(Draws) / 2;
        Assert.All(ones, n => Assert.InRange(n, Draws / 2 - bound, Draws / 2 + bound));
        Assert.All(equal, n => Assert.InRange(n, Draws / 2 - bound, Draws / 2 + bound));
    }

    [Fact]
    public void Neighbouring_seeds_and_indices_start_at_unrelated_places()
    {
        var seen = new HashSet<ulong>();
        var flipped = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            for (var index = 0; index < 100; index++)
            {
                var first = new TaskRandom(seed, index).NextUInt64();
                Assert.True(seen.Add(first), $"seed {seed}, index {index} starts like another");
                flipped += BitOperations.PopCount(first ^ new TaskRandom(seed, index + 1).NextUInt64());
            }
        }

        // Of 640,000 bits half differ; their standard deviation is 400.
        Assert.InRange(flipped, 320_000 - Deviations * 400, 320_000 + Deviations * 400);
    }
}
