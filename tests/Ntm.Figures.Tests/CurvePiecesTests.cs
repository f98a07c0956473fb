namespace Ntm.Figures.Tests;

public class CurvePiecesTests
{
    [Fact]
    public void Few_values_are_kept_as_they_are()
    {
        IReadOnlyList<Point[]> pieces = Of([0, 10, 20], [1, 5, 2]);
        Assert.Equal([new(0, 1), new(10, 5), new(20, 2)], Assert.Single(pieces));
    }

    [Fact]
    public void Values_that_are_missing_cut_the_line()
    {
        IReadOnlyList<Point[]> pieces = Of([0, 10, 20, 30, 40, 50], [double.NaN, 1, 2, double.PositiveInfinity, 3, 4]);
        Assert.Equal(2, pieces.Count);
        Assert.Equal([new(10, 1), new(20, 2)], pieces[0]);
        Assert.Equal([new(40, 3), new(50, 4)], pieces[1]);
    }

    [Fact]
    public void Lone_value_is_a_short_dash()
    {
        Point[] dash = Assert.Single(Of([7], [3]));
        Assert.Equal([new(6, 3), new(8, 3)], dash);
    }

    [Fact]
    public void Each_column_of_pixels_keeps_its_extremes_in_order()
    {
        double[] x = [.. Enumerable.Range(0, 1000).Select(i => i / 2000.0)];
        double[] y = [.. Enumerable.Repeat(5.0, 1000)];
        (y[0], y[300], y[700], y[999]) = (4, 9, -9, 6);
        Assert.Equal([4, 9, -9, 6], Assert.Single(Of(x, y)).Select(p => p.Y));
    }

    private static IReadOnlyList<Point[]> Of(double[] x, double[] y) => CurvePieces.Of(x, y, v => v, v => v);
}
