using SkiaSharp;

namespace Ntm.Figures.Tests;

public class TypesetterTests
{
    private static readonly TextStyle s_style = new(20);

    [Fact]
    public void Text_is_aligned_with_its_point()
    {
        SKRect start = Bounds(new PlacedText("HHH", new Point(100, 50), s_style));
        SKRect middle = Bounds(new PlacedText("HHH", new Point(100, 50), s_style, AlignX: 0.5, AlignY: 0.5));
        SKRect end = Bounds(new PlacedText("HHH", new Point(100, 50), s_style, AlignX: 1, AlignY: 1));
        Assert.InRange(start.Left, 100, 103);
        Assert.Equal(50, start.Bottom, 1.0);
        Assert.Equal(100, middle.MidX, 1.0);
        Assert.Equal(50, middle.MidY, 1.0);
        Assert.InRange(end.Right, 97, 100);
        Assert.Equal(50, end.Top, 1.0);
    }

    [Fact]
    public void Upward_text_runs_from_bottom_to_top_left_of_its_point()
    {
        SKRect flat = Bounds(new PlacedText("HHH", new Point(100, 50), s_style));
        SKRect upward = Bounds(new PlacedText("HHH", new Point(100, 50), s_style, Upwards: true));
        Assert.Equal(flat.Width, upward.Height, 0.01);
        Assert.Equal(flat.Height, upward.Width, 0.01);
        Assert.Equal(100, upward.Right, 1.0);
        Assert.InRange(upward.Bottom, 47, 50);
    }

    [Fact]
    public void Long_text_breaks_at_spaces()
    {
        double width = Math.Max(Typesetter.Width("cost of one", s_style), Typesetter.Width("sequence in", s_style));
        Assert.Equal(["cost of one", "sequence in", "bits"], Typesetter.Wrap("cost of one sequence in bits", s_style, width));
        Assert.Equal(["unbreakable"], Typesetter.Wrap("unbreakable", s_style, 5));
        Assert.Empty(Typesetter.Wrap("", s_style, 100));
    }

    private static SKRect Bounds(PlacedText text)
    {
        using SKPath path = Typesetter.Outline(text);
        return path.TightBounds;
    }
}
