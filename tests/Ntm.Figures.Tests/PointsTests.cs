using System.Xml.Linq;

namespace Ntm.Figures.Tests;

/// <summary>Scatter plots: points in the panels of a <see cref="CurveFigure"/>.</summary>
public class PointsTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Points_are_round_dots_at_their_place_that_no_line_connects()
    {
        // The axes run from 0 to 4 and from 0 to 100.
        CurveFigure figure = Scatter(new CurvePanel("location", Curve.OfPoints("written", (4, 100), (1, 75), (0, 0), (3, 25))));
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        var background = new Rgb(255, 255, 255);
        Assert.All(
            (double[][])[[0, 0], [0.25, 0.75], [0.75, 0.25], [1, 1]], share => Assert.True(IsBlue(At(share[0], share[1], 2, -2)), $"a dot at {share[0]}"));
        // Four units from the center the dot still is, to the side; its corners are not.
        Assert.True(IsBlue(At(0.25, 0.75, 3.5, 0.8)));
        Assert.False(IsBlue(At(0.25, 0.75, 4.4, 4.4)));
        // Off the grid lines, half way between two points.
        Assert.Equal(background, At(0.5, 0.5, 3, 3));
        Assert.Equal(background, At(0.2, 0.62, 0, 0));

        // Points need space at the ends of both axes to be whole there.
        Rgb At(double x, double y, double right, double down) =>
            picture[axes.X + ((x + 0.025) / 1.05 * axes.Width) + right, axes.Bottom - ((y + 0.05) / 1.1 * axes.Height) + down];

        static bool IsBlue(Rgb colour) => colour.B > colour.R + 80;
    }

    [Fact]
    public void Points_beyond_the_axis_are_left_out_and_those_at_its_end_are_whole()
    {
        CurveFigure figure = Scatter(new CurvePanel("cost", Curve.OfPoints("run", (0, 5), (1, 10), (2, 20), (3, double.NaN))) { Maximum = 10 });
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        // The axis runs a little beyond its maximum, so that a point there is whole.
        Assert.True(IsBlueAbove(1));
        Assert.False(IsBlueAbove(2));

        bool IsBlueAbove(double x)
        {
            Rgb colour = picture[axes.X + (((x / 3) + 0.025) / 1.05 * axes.Width), axes.Bottom - (1.05 / 1.1 * axes.Height) - 3];
            return colour.B > colour.R + 80;
        }
    }

    [Fact]
    public void Legend_shows_a_dot_for_points_and_a_line_for_lines()
    {
        var figure = Scatter(new CurvePanel("location", Curve.OfPoints("written", (0, 1), (2, 3)), new Curve("linear fit", [0, 2], [1, 3])));
        XElement svg = XElement.Parse(figure.ToSvg());
        string[] labels = [.. svg.Descendants(s_svg + "path").Select(e => (string?)e.Attribute("aria-label")).OfType<string>()];
        Assert.Contains("written", labels);
        Assert.Contains("linear fit", labels);
        // Over the axes are only the two samples: a dot is as wide as it is high, a line much wider.
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        var samples = new Rect(axes.X, 0, CurveLegend.SampleWidth, axes.Y - 2);
        double[] inked = [.. Enumerable.Range(0, (int)samples.Width).Select(x => picture.Ink(samples with { X = samples.X + x, Width = 1 }))];
        Assert.InRange(inked.Count(share => share > 0), 8, 11);
    }

    [Fact]
    public void Titles_of_panels_stand_above_their_axes_and_take_no_space_if_empty()
    {
        CurvePanel without = new("location", Line(1)), with = new("location", Line(1)) { Title = "Head 2, R² = 0.50" };
        var figure = Scatter(without, with);
        double gap = figure.AxesOf(1).Y - figure.AxesOf(0).Bottom;
        double plain = Gap(Scatter(without, without));
        Assert.InRange(gap - plain, TextStyle.PanelTitle.Size, 2 * TextStyle.PanelTitle.Size);
        Assert.Contains("Head 2, R² = 0.50", figure.ToSvg(), StringComparison.Ordinal);
        Rect axes = figure.AxesOf(1);
        var picture = new Picture(figure);
        Assert.InRange(picture.Ink(new Rect(axes.X, axes.Y - 24, 60, 18)), 0.1, 0.6);

        static double Gap(CurveFigure figure) => figure.AxesOf(1).Y - figure.AxesOf(0).Bottom;
    }

    [Fact]
    public void Many_panels_are_lower_than_a_few()
    {
        CurvePanel panel = new("location", Line(1));
        double few = Scatter(panel, panel).AxesOf(0).Height;
        CurveFigure many = Scatter([.. Enumerable.Repeat(panel, 8)]);
        Assert.True(many.AxesOf(0).Height < 0.8 * few);
        Assert.Equal(0, new Picture(many).InkAtEdges());
    }

    [Fact]
    public void Points_without_a_finite_value_are_refused_by_name()
    {
        Assert.Throws<ArgumentException>("y", () => Curve.OfPoints("run"));
        Assert.Throws<ArgumentException>("y", () => Curve.OfPoints("run", (1, double.NaN)));
        Assert.Throws<ArgumentException>("x", () => Curve.OfPoints("run", (double.PositiveInfinity, 1)));
    }

    private static Curve Line(double value) => new("run", [0, 2], [value, value]);

    private static CurveFigure Scatter(params CurvePanel[] panels) => new("", panels) { XLabel = "priority", XUnit = 1 };
}
