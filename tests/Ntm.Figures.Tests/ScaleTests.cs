namespace Ntm.Figures.Tests;

public class ScaleTests
{
    [Theory]
    [InlineData(0, 87, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [InlineData(0.3, 1, 5, new double[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(132.2, 140, 5, new double[] { 132, 134, 136, 138, 140 })]
    [InlineData(-3, 4, 5, new double[] { -4, -2, 0, 2, 4 })]
    [InlineData(0, 0, 5, new double[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    public void Linear_axis_around_data_ends_at_ticks(double minimum, double maximum, int most, double[] expected)
    {
        LinearScale scale = LinearScale.Around(minimum, maximum, most);
        Assert.Equal(expected, scale.Ticks, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(0, scale.ToShare(scale.Ticks[0]), 9);
        Assert.Equal(1, scale.ToShare(scale.Ticks[^1]), 9);
    }

    [Fact]
    public void Exact_linear_axis_ends_where_the_data_ends()
    {
        Assert.Equal(87, LinearScale.Exactly(0, 87, 5).Maximum);
        Assert.Equal(80, LinearScale.Exactly(0, 87, 5).Ticks[^1]);
        Assert.Equal(100, LinearScale.Exactly(0, 99.9, 5).Maximum);
    }

    [Fact]
    public void Logarithmic_axis_has_whole_decades()
    {
        var scale = new LogScale(0.004, 90, 5);
        Assert.Equal([0.001, 0.01, 0.1, 1, 10, 100], scale.Ticks, (a, b) => Math.Abs((a / b) - 1) < 1e-9);
        Assert.Equal(0, scale.ToShare(0));
        Assert.Equal(0, scale.ToShare(-1));
        Assert.Equal(0.6, scale.ToShare(1), 9);
        Assert.Equal(1, scale.ToShare(100), 9);
    }

    [Fact]
    public void Logarithmic_axis_leaves_out_labels_that_do_not_fit_and_decades_too_far_down()
    {
        var scale = new LogScale(1e-30, 1, 5);
        Assert.InRange(scale.Ticks.Count, 2, 6);
        Assert.Equal(1e-9, scale.Minimum, 15);
        Assert.Equal(1, scale.Ticks[^1]);
    }

    [Fact]
    public void Logarithmic_axis_of_one_value_is_a_decade()
    {
        Assert.Equal([1, 10], new LogScale(10, 10, 5).Ticks);
        Assert.Equal([1, 10], new LogScale(3, 3, 5).Ticks);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.01, 2)]
    [InlineData(4, 5)]
    [InlineData(7, 10)]
    [InlineData(0.02, 0.02)]
    [InlineData(0.3, 0.5)]
    public void Nice_numbers_are_1_2_5_times_powers_of_ten(double value, double expected) =>
        Assert.Equal(expected, NiceNumber.AtLeast(value), 12);

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.30000000000000004, "0.3")]
    [InlineData(-1, "\u22121")]
    [InlineData(120000, "120000")]
    [InlineData(1e-5, "1e\u22125")]
    [InlineData(2.5e7, "2.5e7")]
    public void Labels_are_short(double value, string expected) => Assert.Equal(expected, NiceNumber.Label(value));

    [Theory]
    [InlineData(0, 8, 1.2, new[] { 0, 2, 4, 6 })]
    [InlineData(30, 30, 8, new[] { 30, 40, 50 })]
    [InlineData(1, 6, 4.1, new[] { 5 })]
    [InlineData(-3, 7, 2, new[] { -2, 0, 2 })]
    [InlineData(5, 1, 0.1, new[] { 5 })]
    public void Cells_are_labelled_at_round_numbers(int first, int count, double spacing, int[] expected) =>
        Assert.Equal(expected, CellTicks.Of(first, count, spacing));
}
