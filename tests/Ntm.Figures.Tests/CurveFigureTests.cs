using System.Xml.Linq;

namespace Ntm.Figures.Tests;

public class CurveFigureTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Png_is_sharp_and_of_the_size_of_the_svg()
    {
        CurveFigure figure = Learning();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], figure.ToPng()[..8]);
        var picture = new Picture(figure);
        XElement svg = XElement.Parse(figure.ToSvg());
        Assert.Equal(760, picture.Width);
        Assert.Equal((double)svg.Attribute("width")!, picture.Width);
        Assert.Equal((double)svg.Attribute("height")!, picture.Height);
    }

    [Theory]
    [InlineData(false, 50, 0.5)]
    [InlineData(true, 1, 0.5)]
    [InlineData(true, 0.1, 0.25)]
    public void Values_are_at_their_height(bool logarithmic, double value, double share)
    {
        double[] x = [0, 1000, 2000, 3000], y = [value, value, logarithmic ? 0.01 : 0, 100];
        var figure = new CurveFigure("", new CurvePanel("cost", new Curve("run", x, y)) { Logarithmic = logarithmic });
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        Assert.Equal(Palette.Curve(0).Colour, picture[axes.X + (axes.Width / 6) + 3, axes.Bottom - (ShareOf(share) * axes.Height)]);
    }

    [Fact]
    public void Zero_is_at_the_lower_end_of_a_logarithmic_axis()
    {
        var curve = new Curve("run", [0, 1000, 2000, 3000], [100, 0, 0, 1]);
        var figure = new CurveFigure("", new CurvePanel("errors", curve) { Logarithmic = true });
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        var lowerEnd = new Rect(axes.X + (axes.Width * 0.4), axes.Bottom - (ShareOf(0) * axes.Height) - 1, axes.Width * 0.2, 2);
        Assert.True(picture.Count(lowerEnd, Palette.Curve(0).Colour) > 50);
    }

    [Fact]
    public void Values_beyond_the_maximum_stay_within_the_axes()
    {
        var figure = new CurveFigure("Cut", new CurvePanel("cost", new Curve("run", [0, 1000, 2000], [1000, 5, 1])) { Maximum = 10 });
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        Assert.Equal(0, picture.Count(new Rect(0, 0, picture.Width, axes.Y - 1), Palette.Curve(0).Colour));
        Assert.True(picture.Count(axes, Palette.Curve(0).Colour) > 100);
    }

    [Fact]
    public void Missing_values_leave_a_gap()
    {
        var figure = new CurveFigure("", new CurvePanel("cost", new Curve("run", [0, 1, 2, 3, 4, 5], [50, 50, double.NaN, 50, 50, 100])));
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        Rgb colour = Palette.Curve(0).Colour;
        double y = axes.Y + (axes.Height / 2);
        Assert.Equal(colour, picture[axes.X + (axes.Width * 0.15), y]);
        Assert.NotEqual(colour, picture[axes.X + (axes.Width * 0.45), y]);
        Assert.Equal(colour, picture[axes.X + (axes.Width * 0.75), y]);
    }

    [Fact]
    public void Band_of_several_runs_is_a_light_area_around_the_median()
    {
        double[] x = [0, 1000, 2000];
        Curve median = Curve.OfRuns("8 seeds", x, [[25, 25, 25], [50, 50, 50], [100, 100, 100]], lower: 0, upper: 1);
        var figure = new CurveFigure("", new CurvePanel("cost", median));
        Rect axes = figure.AxesOf(0);
        var picture = new Picture(figure);
        double column = axes.X + (axes.Width * 0.3);
        Assert.Equal(Palette.Curve(0).Colour, picture[column, axes.Y + (axes.Height * 0.5)]);
        Rgb inside = picture[column, axes.Y + (axes.Height * 0.37)];
        Assert.NotEqual(new Rgb(255, 255, 255), inside);
        Assert.True(inside.B > inside.R, "The band has the hue of its curve.");
        Assert.Equal(new Rgb(255, 255, 255), picture[column, axes.Y + (axes.Height * 0.88)]);
    }

    [Fact]
    public void Curves_of_one_name_look_the_same_in_all_panels()
    {
        var figure = new CurveFigure("",
            new CurvePanel("cost", Line("first", 1), Line("second", 2)),
            new CurvePanel("errors", Line("second", 2)));
        var picture = new Picture(figure);
        Rect errors = figure.AxesOf(1);
        Assert.Equal(0, picture.Count(errors, Palette.Curve(0).Colour));
        Assert.True(picture.Count(errors, Palette.Curve(1).Colour) > 100);
    }

    [Fact]
    public void Legend_names_curves_and_goals_unless_there_is_nothing_to_tell_apart()
    {
        IReadOnlyList<string> labels = Labels(Learning());
        string[] expected =
        [
            "Copy", "NTM", "LSTM", "goal 0.01", "cost (bits/sequence)", "errors (bits/sequence)", "sequences (thousands)", "0.01", "100",
        ];
        Assert.All(expected, text => Assert.Contains(text, labels));

        Assert.DoesNotContain("alone", Labels(new CurveFigure("", new CurvePanel("cost", Line("alone", 1)))));
    }

    [Fact]
    public void Text_is_drawn_and_nothing_is_cut_off()
    {
        var picture = new Picture(Learning());
        Assert.InRange(picture.Ink(new Rect(16, 16, 50, 28)), 0.1, 0.6);
        Assert.Equal(0, picture.InkAtEdges());
    }

    [Fact]
    public void Many_curves_with_long_names_fit()
    {
        Curve[] curves = [.. Enumerable.Range(0, 30).Select(i => Line($"A curve with a rather long name, number {i}", i + 1))];
        string title = string.Join(' ', Enumerable.Repeat("A title of many words", 12));
        var picture = new Picture(new CurveFigure(
            title,
            new CurvePanel("a label that is quite long for the side of such a small figure", curves),
            new CurvePanel("errors", curves)));
        Assert.Equal(0, picture.InkAtEdges());
        Assert.Equal(760, picture.Width);
    }

    [Fact]
    public void Million_points_make_a_small_file()
    {
        double[] x = [.. Enumerable.Range(0, 1_000_000).Select(i => (double)i)];
        double[] y = [.. x.Select(v => 100 + (50 * Math.Sin(v * v)))];
        string svg = new CurveFigure("", new CurvePanel("cost", new Curve("run", x, y))).ToSvg();
        Assert.True(svg.Length < 250_000, $"The drawing has {svg.Length} characters.");
    }

    [Theory]
    [InlineData(new double[] { 0 }, new double[] { 3 })]
    [InlineData(new double[] { 0, 1 }, new double[] { 0, 0 })]
    [InlineData(new double[] { 5, 5 }, new double[] { -1, -1 })]
    [InlineData(new double[] { 0, 1 }, new double[] { 1e-30, 1e30 })]
    [InlineData(new double[] { 0, 1 }, new double[] { -7, double.PositiveInfinity })]
    public void Odd_data_is_drawn(double[] x, double[] y)
    {
        foreach (bool logarithmic in (bool[])[false, true])
        {
            var figure = new CurveFigure("Odd", new CurvePanel("cost", new Curve("run", x, y)) { Logarithmic = logarithmic });
            var picture = new Picture(figure);
            Assert.Equal(0, picture.InkAtEdges());
            Assert.DoesNotContain("NaN", figure.ToSvg(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Same_data_gives_the_same_files()
    {
        Assert.Equal(Learning().ToPng(), Learning().ToPng());
        Assert.Equal(Learning().ToSvg(), Learning().ToSvg());
    }

    [Fact]
    public void Svg_has_every_text_as_outlines_with_its_words_and_refers_to_nothing_outside()
    {
        XElement svg = XElement.Parse(Learning().ToSvg());
        Assert.Equal("Copy", (string?)svg.Element(s_svg + "title"));
        Assert.Empty(svg.Descendants(s_svg + "text"));
        Assert.Empty(svg.Descendants(s_svg + "image"));
        Assert.All(
            svg.Descendants(s_svg + "path").Where(e => e.Attribute("aria-label") is not null), e => Assert.StartsWith("M", (string?)e.Attribute("d")));
        string[] clips = [.. svg.Descendants(s_svg + "clipPath").Select(e => $"url(#{(string?)e.Attribute("id")})")];
        Assert.Equal(clips.Length, clips.Distinct().Count());
        Assert.NotEmpty(clips);
        Assert.All(svg.Descendants().Attributes("clip-path"), a => Assert.Contains(a.Value, clips));
    }

    [Fact]
    public void Bad_input_is_refused_by_name()
    {
        Assert.Throws<ArgumentException>("panels", () => new CurveFigure(""));
        Assert.Throws<ArgumentException>("curves", () => new CurvePanel("cost"));
        Assert.Throws<ArgumentException>("panels", () => new CurveFigure("", new CurvePanel("cost", Line("run", 1)) { Maximum = 0 }));
        Assert.Throws<ArgumentException>("panels", () => new CurveFigure("",
            new CurvePanel("cost", Line("run", 1)) { Goal = new Goal("goal", double.NaN) }));
        Assert.Throws<ArgumentException>("panels", () => new CurveFigure("",
            new CurvePanel("cost", Line("run", 1)) { Logarithmic = true, Goal = new Goal("goal", 0) }));
        Assert.Throws<ArgumentException>("value", () => new CurveFigure("", new CurvePanel("cost", Line("run", 1))) { XUnit = 0 });
    }

    private static Curve Line(string name, double value) => new(name, [0, 1000], [value, value]);

    // Lines need space at both ends of the axis to be whole there.
    private static double ShareOf(double share) => (share + 0.015) / 1.03;

    private static CurveFigure Learning()
    {
        double[] x = [0, 25_000, 50_000, 100_000];
        Curve[] costs =
        [
            Curve.OfRuns("NTM", x, [[90, 1, 0.05, 0.005], [80, 2, 0.02, 0.004], [85, 3, 0.01, 0.001]]),
            new Curve("LSTM", x, [90, 60, 40, 20]),
        ];
        Curve[] errors = [new Curve("NTM", x, [40, 1, 0, 0]), new Curve("LSTM", x, [40, 20, 10, 5])];
        return new CurveFigure("Copy",
            new CurvePanel("cost (bits/sequence)", costs) { Logarithmic = true, Goal = new Goal("goal 0.01", 0.01) },
            new CurvePanel("errors (bits/sequence)", errors));
    }

    private static IReadOnlyList<string> Labels(CurveFigure figure) =>
        [.. XElement.Parse(figure.ToSvg()).Descendants(s_svg + "path").Select(e => (string?)e.Attribute("aria-label")).OfType<string>()];
}
