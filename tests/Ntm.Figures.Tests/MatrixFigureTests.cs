using System.Xml.Linq;

namespace Ntm.Figures.Tests;

public class MatrixFigureTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Panels_of_many_rows_are_no_higher_than_told()
    {
        float[,] weightings = new float[10, 128];
        Assert.Equal(256, new MatrixFigure("", new MatrixPanel("", weightings)).CellsOf(0, 0).Height); // two units a row fit into 264
        Assert.Equal(128, new MatrixFigure("", new MatrixPanel("", weightings) { Tallest = 132 }).CellsOf(0, 0).Height);
        Assert.InRange(new MatrixFigure("", new MatrixPanel("", weightings) { Tallest = 1 }).CellsOf(0, 0).Height, 64, 128);
    }

    [Fact]
    public void Png_has_two_pixels_per_unit_and_the_size_of_the_svg()
    {
        MatrixFigure figure = Trace();
        byte[] png = figure.ToPng();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], png[..8]);

        var picture = new Picture(figure);
        XElement svg = XElement.Parse(figure.ToSvg());
        Assert.Equal((double)svg.Attribute("width")!, picture.Width);
        Assert.Equal((double)svg.Attribute("height")!, picture.Height);
        Assert.InRange(picture.Width, 300, 760);
    }

    [Theory]
    [InlineData(10, 8, 3, 7)]
    [InlineData(10, 128, 3, 7)]
    [InlineData(250, 128, 200, 100)]
    [InlineData(1000, 20, 3, 7)]
    [InlineData(1, 8, 0, 7)]
    [InlineData(10, 1, 3, 0)]
    public void Time_runs_to_the_right_and_row_0_is_at_the_top(int steps, int rows, int hotStep, int hotRow)
    {
        var figure = new MatrixFigure("One hot cell", new MatrixPanel("Weightings", OneHot(steps, rows, hotStep, hotRow)));
        Rect cells = figure.CellsOf(0, 0);
        double width = cells.Width / steps, height = cells.Height / rows;
        var picture = new Picture(figure);

        var hot = new Rect(cells.X + (hotStep * width), cells.Y + (hotRow * height), width, height);
        Rgb one = ColourMap.Sequential[1], zero = ColourMap.Sequential[0];
        Assert.Equal((int)(4 * width * height), picture.Count(hot, one));
        Assert.Equal(picture.Count(hot, one), picture.Count(cells, one));
        Assert.Equal((int)(4 * cells.Width * cells.Height), picture.Count(cells, one) + picture.Count(cells, zero));
    }

    [Fact]
    public void Svg_has_the_hot_cell_at_the_same_place()
    {
        var figure = new MatrixFigure("", new MatrixPanel("", OneHot(10, 8, 3, 7)));
        Rect cells = figure.CellsOf(0, 0);
        double width = cells.Width / 10, height = cells.Height / 8;
        XElement path = XElement.Parse(figure.ToSvg()).Elements(s_svg + "g").First().Elements()
            .Single(e => (string?)e.Attribute("fill") == ColourMap.Sequential[1].ToHex());
        string expected = FormattableString.Invariant(
            $"M{cells.X + (3 * width)} {cells.Y + (7 * height)}h{width}v{height}h-{width}z");
        Assert.Equal(expected, (string?)path.Attribute("d"));
    }

    [Fact]
    public void Same_steps_stand_in_one_line_in_all_panels()
    {
        MatrixFigure figure = Trace();
        for (int column = 0; column < 2; column++)
        {
            Assert.Equal(figure.CellsOf(0, column).X, figure.CellsOf(1, column).X);
            Assert.Equal(figure.CellsOf(0, column).Width, figure.CellsOf(1, column).Width);
        }

        Assert.True(figure.CellsOf(1, 0).Y > figure.CellsOf(0, 0).Bottom);
        Assert.Equal(figure.CellsOf(0, 0).Y, figure.CellsOf(0, 1).Y);
    }

    [Fact]
    public void Values_are_shown_within_their_range_and_missing_ones_apart()
    {
        var panel = new MatrixPanel("", new float[,] { { -5, -2, 0, 2, float.PositiveInfinity, float.NaN } })
        {
            Range = new ValueRange(-2, 2),
            Colours = ColourMap.Diverging,
        };
        var figure = new MatrixFigure("", panel);
        Rect cells = figure.CellsOf(0, 0);
        var picture = new Picture(figure);
        Rgb[] shown = [.. Enumerable.Range(0, 6).Select(row => picture[cells.X + 5, cells.Y + ((row + 0.5) * cells.Height / 6)])];
        ColourMap map = ColourMap.Diverging;
        Assert.Equal([map[0], map[0], map[0.5], map[1], map[1], ColourMap.NotANumber], shown);
        Assert.Contains("≥ 2", Labels(figure));
        Assert.Contains("≤ \u22122", Labels(figure));
    }

    [Fact]
    public void Neighbours_of_one_scale_share_a_colour_bar()
    {
        Assert.Equal(2, Labels(Trace()).Count(l => l == "0.5"));
        var different = new MatrixFigure("",
            [[new MatrixPanel("", OneHot(5, 8, 0, 0)), new MatrixPanel("", OneHot(5, 8, 0, 0)) { Colours = ColourMap.Greys }]]);
        Assert.Equal(2, Labels(different).Count(l => l == "0.5"));
    }

    [Fact]
    public void Text_is_drawn_above_the_cells_and_nothing_is_cut_off()
    {
        MatrixFigure figure = Trace();
        Rect cells = figure.CellsOf(0, 0);
        var picture = new Picture(figure);
        Assert.InRange(picture.Ink(new Rect(16, 16, 200, 28)), 0.1, 0.6);
        Assert.InRange(picture.Ink(new Rect(cells.X, cells.Y - 24, 60, 20)), 0.1, 0.6);
        Assert.Equal(0, picture.InkAtEdges());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(122)]
    [InlineData(422)]
    public void Nothing_is_cut_off_whatever_the_number_of_steps(int steps)
    {
        var figure = new MatrixFigure(
            "A title with incomprehensibilities that is longer than most of these panels are wide, in characters at least",
            new MatrixPanel("Incomprehensibilities", OneHot(steps, 5, 0, 0)) { RowLabel = "a row label of length", FirstRow = 100_000 },
            new MatrixPanel("Reads", OneHot(steps, 200, 0, 0)) { FirstStep = 10_000, Range = new ValueRange(-0.00025, 123456) });
        var picture = new Picture(figure);
        Assert.Equal(0, picture.InkAtEdges());
    }

    [Fact]
    public void Svg_has_every_text_as_outlines_with_its_words()
    {
        MatrixFigure figure = Trace();
        IReadOnlyList<string> labels = Labels(figure);
        string[] expected =
        [
            "Copy <1> & more", "Inputs", "Outputs", "Write weightings", "Read weightings", "time step", "location", "channel", "0", "10",
        ];
        Assert.All(expected, text => Assert.Contains(text, labels));

        XElement svg = XElement.Parse(figure.ToSvg());
        Assert.Equal("Copy <1> & more", (string?)svg.Element(s_svg + "title"));
        Assert.Empty(svg.Descendants(s_svg + "text"));
        Assert.All(
            svg.Elements(s_svg + "path").Where(e => e.Attribute("aria-label") is not null),
            e => Assert.StartsWith("M", (string?)e.Attribute("d")));
    }

    [Fact]
    public void Same_data_gives_the_same_files()
    {
        Assert.Equal(Trace().ToPng(), Trace().ToPng());
        Assert.Equal(Trace().ToSvg(), Trace().ToSvg());
    }

    [Fact]
    public void Panels_keep_their_own_copy_of_the_values()
    {
        float[,] values = OneHot(3, 3, 1, 1);
        var panel = new MatrixPanel("", values);
        values[1, 1] = 0;
        Assert.Equal(1, panel[1, 1]);
    }

    [Fact]
    public void Jagged_and_rectangular_matrices_look_the_same()
    {
        var jagged = new MatrixFigure("", new MatrixPanel("", [[0, 1, 0], [0.5f, 0, 0]]));
        var rectangular = new MatrixFigure("", new MatrixPanel("", new float[,] { { 0, 1, 0 }, { 0.5f, 0, 0 } }));
        Assert.Equal(rectangular.ToSvg(), jagged.ToSvg());
    }

    [Fact]
    public void Bad_input_is_refused_by_name()
    {
        Assert.Throws<ArgumentException>("values", () => new MatrixPanel("", new float[0, 3]));
        Assert.Throws<ArgumentException>("values", () => new MatrixPanel("", new float[3, 0]));
        Assert.Throws<ArgumentException>("values", () => new MatrixPanel("", (IReadOnlyList<float[]>)[]));
        Assert.Throws<ArgumentException>("values", () => new MatrixPanel("", [[1, 2], [1]]));
        Assert.Throws<ArgumentException>("values", () => new MatrixPanel("", new float[,] { { float.NaN, float.NaN } }));
        Assert.Throws<ArgumentException>("rows", () => new MatrixFigure("", (MatrixPanel[])[]));
        Assert.Throws<ArgumentException>("rows", () => new MatrixFigure("", (MatrixPanel[][])[[]]));
        Assert.Throws<ArgumentException>("maximum", () => new ValueRange(1, 1));
        Assert.Throws<ArgumentException>("minimum", () => new ValueRange(double.NaN, 1));
    }

    [Fact]
    public void Range_around_zero_holds_all_values()
    {
        Assert.Equal(new ValueRange(-5, 5), ValueRange.Around0(new float[,] { { 1, -3.2f, float.NaN } }, new float[,] { { 2 } }));
        Assert.Equal(new ValueRange(-1, 1), ValueRange.Around0(new float[,] { { 0 } }));
        Assert.Equal(new ValueRange(-0.2, 0.2), ValueRange.Around0(new float[,] { { 0.2f } }));
    }

    private static MatrixFigure Trace() => new("Copy <1> & more",
    [
        [new MatrixPanel("Inputs", OneHot(21, 9, 10, 8)), new MatrixPanel("Outputs", OneHot(21, 8, 15, 3))],
        [
            new MatrixPanel("Write weightings", OneHot(21, 128, 3, 60)) { RowLabel = "location" },
            new MatrixPanel("Read weightings", OneHot(21, 128, 13, 60)) { RowLabel = "location" },
        ],
    ]);

    private static IReadOnlyList<string> Labels(MatrixFigure figure) =>
        [.. XElement.Parse(figure.ToSvg()).Elements(s_svg + "path").Select(e => (string?)e.Attribute("aria-label")).OfType<string>()];

    private static float[,] OneHot(int steps, int rows, int step, int row)
    {
        var values = new float[steps, rows];
        values[step, row] = 1;
        return values;
    }
}
