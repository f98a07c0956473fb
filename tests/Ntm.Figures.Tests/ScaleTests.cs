namespace Ntm.Figures.Tests;

public class ScaleTests
{
    [Theory]
    [InlineData(0, 87, 0, 100)]
    [InlineData(0.3, 1, 0, 1)]
    [InlineData(132.2, 140, 132, 140)]
    [InlineData(-3, 4, -4, 4)]
    [InlineData(-90, -1, -100, 0)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(-1, -1, -1, 0)]
    public void Linear_axis_ends_at_round_numbers_around_the_data(double minimum, double maximum, double low, double high)
    {
        CurveAxis axis = Axis(minimum, maximum);
        Assert.Equal((low, high), (axis.Low, axis.High));
        Assert.Equal(minimum, axis.Place(minimum));
    }

    [Fact]
    public void Linear_axis_ends_where_it_is_told()
    {
        Assert.Equal(87, Axis(0, 200, maximumOfAxis: 87).High);
        Assert.Equal(87, Axis(0, 3, maximumOfAxis: 87).High);
    }

    [Theory]
    [InlineData(0.004, 90, -3, 2)]
    [InlineData(1e-30, 1, -9, 0)]
    [InlineData(10, 10, 0, 1)]
    [InlineData(3, 3, 0, 1)]
    [InlineData(-1, 100, 1, 2)]
    public void Logarithmic_axis_has_whole_decades_and_not_too_many(double minimum, double maximum, double low, double high)
    {
        CurveAxis axis = Axis(minimum, maximum, logarithmic: true);
        Assert.Equal((low, high), (axis.Low, axis.High));
        Assert.Equal(axis.Low, axis.Place(0));
        Assert.Equal(axis.Low, axis.Place(-1));
        Assert.Equal(Math.Max(low, Math.Log10(maximum)), axis.Place(maximum), 12);
    }

    [Fact]
    public void A_goal_is_on_the_axis() => Assert.Equal(200, CurveAxis.Of(new CurvePanel("cost", Values(1, 3)) { Goal = new Goal("goal", 180) }).High);

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

    private static CurveAxis Axis(double minimum, double maximum, bool logarithmic = false, double? maximumOfAxis = null) =>
        CurveAxis.Of(new CurvePanel("cost", Values(minimum, maximum)) { Logarithmic = logarithmic, Maximum = maximumOfAxis });

    private static Curve Values(double minimum, double maximum) => new("run", [0, 1], [minimum, maximum]);
}
