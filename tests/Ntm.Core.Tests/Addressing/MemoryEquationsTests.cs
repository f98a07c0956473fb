using Ntm.Core.Tests.Support;
using static Ntm.Core.Tests.Support.Numbers;

namespace Ntm.Core.Tests.Addressing;

/// <summary>Examples worked out by hand, float64. The tolerance of 1e-9 leaves room for the epsilons of 1e-8 in squared norms of 25
/// and more (relative 2e-10) and of 1e-12 in weights, and for nothing else.</summary>
public class MemoryEquationsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Cosine_of_parallel_orthogonal_and_opposite_vectors_is_1_0_and_minus_1()
    {
        // |k| = 5. Row (6, 8) is 2k; (4, -3): 12 - 12 = 0; (-6, -8) is -2k; (5, 0): 15 / 25 = 0.6.
        var similarity = MemoryEquations.CosineSimilarity(Row(3, 4), Matrix([6, 8], [4, -3], [-6, -8], [5, 0]));
        Assert.Equal([1, 1, 4], similarity.shape);
        AssertClose.Equal([1, 0, -1, 0.6], similarity, Tolerance);
    }

    [Fact]
    public void Cosine_of_a_zero_row_or_a_zero_key_is_0()
    {
        AssertClose.Equal([0, 1], MemoryEquations.CosineSimilarity(Row(3, 4), Matrix([0, 0], [3, 4])), Tolerance);
        AssertClose.Equal([0, 0], MemoryEquations.CosineSimilarity(Row(0, 0), Matrix([0, 0], [3, 4])), Tolerance);
    }

    [Fact]
    public void Cosine_has_a_finite_derivative_at_zero_vectors()
    {
        // d/dM(0) of k . M(0) / (|k| sqrt(|M(0)|^2 + 1e-8)) at M(0) = 0 is k / |k| / 1e-4 = (0.6, 0.8) * 1e4.
        var memory = Matrix([0, 0], [3, 4]).requires_grad_();
        MemoryEquations.CosineSimilarity(Row(3, 4), memory).select(2, 0).sum().backward();
        AssertClose.Equal([6e3, 8e3, 0, 0], memory.grad!, Tolerance);

        var keys = Row(0, 0).requires_grad_();
        MemoryEquations.CosineSimilarity(keys, Matrix([0, 0], [3, 4])).sum().backward();
        AssertClose.Equal([6e3, 8e3], keys.grad!, Tolerance);
    }

    [Fact]
    public void Content_weighting_is_the_softmax_of_strength_times_cosine()
    {
        // Cosines 1, 0, -1, 0 and strength ln 2: weights in the proportion 2 : 1 : 1/2 : 1, their sum 4.5.
        var weighting = MemoryEquations.ContentWeighting(Row(3, 4), Row(Math.Log(2)), Matrix([3, 4], [4, -3], [-3, -4], [0, 0]));
        AssertClose.Equal([4 / 9.0, 2 / 9.0, 1 / 9.0, 2 / 9.0], weighting, Tolerance);
    }

    [Fact]
    public void Content_weighting_of_strength_0_is_uniform()
    {
        var weighting = MemoryEquations.ContentWeighting(Row(3, 4), Row(0), Matrix([3, 4], [4, -3], [-3, -4], [0, 0]));
        AssertClose.Equal([0.25, 0.25, 0.25, 0.25], weighting, Tolerance);
    }

    [Fact]
    public void Content_weighting_of_a_great_strength_picks_the_most_similar_row()
    {
        var weighting = MemoryEquations.ContentWeighting(Row(3, 4), Row(1e6), Matrix([4, -3], [3, 3], [6, 8.1]));
        AssertClose.Equal([0, 0, 1], weighting, Tolerance);
    }

    [Theory]
    [InlineData(0.0, 0.0, 0.5, 0.5)]
    [InlineData(1.0, 1.0, 0.0, 0.0)]
    [InlineData(0.25, 0.25, 0.375, 0.375)] // 0.25 * 1; 0.75 * 0.5
    public void Gate_of_1_takes_the_content_and_gate_of_0_the_previous_weighting(double gate, double first, double second, double third) =>
        AssertClose.Equal([first, second, third], MemoryEquations.Interpolate(Row(gate), Row(1, 0, 0), Row(0, 0.5, 0.5)), Tolerance);

    [Theory]
    [InlineData(1, +1, 2)]
    [InlineData(2, +1, 3)]
    [InlineData(3, +1, 0)] // wraps around at the end
    [InlineData(2, -1, 1)]
    [InlineData(0, -1, 3)] // wraps around at the start
    [InlineData(2, 0, 2)]
    public void Shift_of_plus_1_moves_the_focus_to_the_next_location(int from, int shift, int to)
    {
        var shifts = new double[3];
        shifts[shift + 1] = 1;
        AssertClose.Equal(OneHot(4, to), MemoryEquations.Shift(Row(OneHot(4, from)), Row(shifts)), Tolerance);
    }

    [Theory]
    [InlineData(1, +2, 3)]
    [InlineData(4, +2, 1)]
    [InlineData(1, -2, 4)]
    [InlineData(0, -1, 4)]
    public void Shift_range_2_orders_its_weights_from_minus_2_to_plus_2(int from, int shift, int to)
    {
        var shifts = new double[5];
        shifts[shift + 2] = 1;
        AssertClose.Equal(OneHot(5, to), MemoryEquations.Shift(Row(OneHot(5, from)), Row(shifts)), Tolerance);
    }

    [Fact]
    public void Shift_range_0_leaves_the_weighting() =>
        AssertClose.Equal([0.1, 0.2, 0.7], MemoryEquations.Shift(Row(0.1, 0.2, 0.7), Row(1)), Tolerance);

    [Fact]
    public void Shift_is_a_circular_convolution()
    {
        // w_s(i) = sum_j w(j) s(i - j), w = (.5, .5, 0, 0), s(-1, 0, 1) = (.1, .2, .7):
        // w_s(0) = .5 s(0) + .5 s(-1) = .15   w_s(1) = .5 s(1) + .5 s(0) = .45   w_s(2) = .5 s(1) = .35   w_s(3) = .5 s(-1) = .05
        AssertClose.Equal([0.15, 0.45, 0.35, 0.05], MemoryEquations.Shift(Row(0.5, 0.5, 0, 0), Row(0.1, 0.2, 0.7)), Tolerance);
    }

    [Fact]
    public void Sharpening_raises_to_a_power_and_normalises()
    {
        // .1^2 : .2^2 : .7^2 = .01 : .04 : .49, sum .54
        AssertClose.Equal([0.01 / 0.54, 0.04 / 0.54, 0.49 / 0.54], MemoryEquations.Sharpen(Row(0.1, 0.2, 0.7), Row(2)), Tolerance);
    }

    [Fact]
    public void Sharpening_of_1_leaves_a_weighting() =>
        AssertClose.Equal([0.1, 0.2, 0.7], MemoryEquations.Sharpen(Row(0.1, 0.2, 0.7), Row(1)), Tolerance);

    [Fact]
    public void Sharpening_of_21_almost_picks_the_largest()
    {
        // 2^21 : 1 : 1
        var (large, sum) = (Math.Pow(2, 21), Math.Pow(2, 21) + 2);
        AssertClose.Equal([large / sum, 1 / sum, 1 / sum], MemoryEquations.Sharpen(Row(0.5, 0.25, 0.25), Row(21)), Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(21)]
    public void Sharpening_keeps_zeros_and_one_hot_weightings(double gamma)
    {
        AssertClose.Equal([0, 0.5, 0.5], MemoryEquations.Sharpen(Row(0, 0.5, 0.5), Row(gamma)), Tolerance);
        AssertClose.Equal([0, 1, 0], MemoryEquations.Sharpen(Row(0, 1, 0), Row(gamma)), Tolerance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(21)]
    public void Sharpening_has_finite_derivatives_at_zeros(double gamma)
    {
        foreach (var weighting in new[] { Row(0, 0, 1), Row(0, 0, 0), Row(0.5, 0, 0.5) })
        {
            var (weights, gammas) = (weighting.requires_grad_(), Row(gamma).requires_grad_());
            var sharpened = MemoryEquations.Sharpen(weights, gammas);
            AssertClose.Finite(sharpened, "sharpened");
            (sharpened * Row(1, -2, 3)).sum().backward();
            AssertClose.Finite(weights.grad!, "gradient of the weighting");
            AssertClose.Finite(gammas.grad!, "gradient of gamma");
        }
    }

    [Fact]
    public void A_read_is_the_sum_of_the_rows_by_weight()
    {
        // Head 0: .25 (1, 2) + .75 (3, 4) = (2.5, 3.5). Head 1: row 0 alone.
        var reads = MemoryEquations.Read(Matrix([0.25, 0.75], [1, 0]), Matrix([1, 2], [3, 4]));
        Assert.Equal([1, 2, 2], reads.shape);
        AssertClose.Equal([2.5, 3.5, 1, 2], reads, Tolerance);
    }

    [Fact]
    public void A_write_erases_then_adds()
    {
        // Row 0, weight .5: (2, 4) * (1 - .5 (1, .5)) + .5 (10, 20) = (1 + 5, 3 + 10). Row 1, weight 0: as it was.
        var memory = MemoryEquations.Write(Matrix([2, 4], [6, 8]), Row(0.5, 0), Row(1, 0.5), Row(10, 20));
        AssertClose.Equal([6, 13, 6, 8], memory, Tolerance);
    }

    [Fact]
    public void All_heads_erase_before_any_adds_so_that_their_order_does_not_matter()
    {
        // Both heads on the one location, M = 2; erase .5 and .25, add 1 and 10: 2 * .5 * .75 + 11 = 11.75.
        // One head after the other would give (2 * .5 + 1) * .75 + 10 = 11.5, or (2 * .75 + 10) * .5 + 1 = 6.75.
        AssertClose.Equal([11.75], MemoryEquations.Write(Matrix([2.0]), Matrix([1.0], [1.0]), Matrix([0.5], [0.25]), Matrix([1.0], [10.0])), Tolerance);
        AssertClose.Equal([11.75], MemoryEquations.Write(Matrix([2.0]), Matrix([1.0], [1.0]), Matrix([0.25], [0.5]), Matrix([10.0], [1.0])), Tolerance);
    }

    [Fact]
    public void A_write_of_full_weight_and_erase_replaces_the_row() =>
        AssertClose.Equal([1, -1, 6, 8], MemoryEquations.Write(Matrix([2, 4], [6, 8]), Row(1, 0), Row(1, 1), Row(1, -1)), Tolerance);

    private static double[] OneHot(int count, int place) => [.. Enumerable.Range(0, count).Select(i => i == place ? 1.0 : 0.0)];
}
