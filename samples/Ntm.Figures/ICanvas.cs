namespace Ntm.Figures;

/// <summary>The few things a figure is made of. Both file formats draw exactly these, so they show the same picture.</summary>
internal interface ICanvas
{
    void Fill(Rect area, Rgb colour);

    /// <summary>Fills <paramref name="area"/> with equal cells without any smoothing between them.</summary>
    /// <param name="area">Where the cells go; its sides should be whole multiples of half a unit per cell.</param>
    /// <param name="colours">The colours, <c>[column, row]</c>, row 0 at the top.</param>
    void Cells(Rect area, Rgb[,] colours);

    /// <summary>Draws connected line segments.</summary>
    /// <param name="points">Two points or more.</param>
    /// <param name="stroke">Colour, width and dashes.</param>
    /// <param name="clip">Nothing is drawn outside of it, if given.</param>
    void Line(IReadOnlyList<Point> points, Stroke stroke, Rect? clip = null);

    void Area(IReadOnlyList<Point> outline, Rgb colour, double opacity, Rect? clip = null);

    void Text(PlacedText text, Rgb colour);
}
