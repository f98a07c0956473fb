namespace Ntm.Figures.Tests;

public class CurveSegmentsTests
{
    [Theory]
    [InlineData(new double[] { 1, 2, 3 }, "0..3")]
    [InlineData(new double[] { double.NaN, 1, 2, double.PositiveInfinity, 3, double.NaN }, "1..3 4..5")]
    [InlineData(new double[] { 7 }, "0..1")]
    [InlineData(new double[] { double.NaN, double.NegativeInfinity }, "")]
    [InlineData(new double[] { }, "")]
    public void Missing_values_cut_a_curve(double[] values, string expected) => Assert.Equal(expected, string.Join(' ', CurveSegments.Of(values)));

    [Fact]
    public void A_band_is_cut_where_either_edge_is_missing() =>
        Assert.Equal([0..1, 3..4], CurveSegments.Of([1, double.NaN, 3, 4], [1, 2, double.NaN, 4]));
}
