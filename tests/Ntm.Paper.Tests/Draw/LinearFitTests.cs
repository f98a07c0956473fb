using Ntm.Paper.Draw;

namespace Ntm.Paper.Tests.Draw;

public class LinearFitTests
{
    [Fact]
    public void Points_on_a_line_give_the_line()
    {
        var fit = LinearFit.Of([(-1, 90), (0, 50), (0.5, 30), (1, 10)]);
        Assert.Equal((-40, 50, 1), (fit.Slope, fit.Intercept, fit.Determination));
        Assert.Equal(42, fit[0.2], 1e-12);
    }

    [Fact]
    public void Points_off_a_line_give_the_least_squares()
    {
        // Means 1 and 2; sums of squares 2 and 6 of x and y, of products 3: slope 3/2, intercept 1/2, R squared 9 / (2 * 6).
        var fit = LinearFit.Of([(0, 1), (1, 1), (2, 4)]);
        Assert.Equal(1.5, fit.Slope, 1e-12);
        Assert.Equal(0.5, fit.Intercept, 1e-12);
        Assert.Equal(0.75, fit.Determination, 1e-12);
    }

    [Fact]
    public void One_height_is_a_level_line_that_explains_nothing()
    {
        var fit = LinearFit.Of([(0, 7), (1, 7), (2, 7)]);
        Assert.Equal((0, 7), (fit.Slope, fit.Intercept));
        Assert.True(double.IsNaN(fit.Determination));
    }
}
