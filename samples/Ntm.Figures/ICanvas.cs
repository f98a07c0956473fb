namespace Ntm.Figures;

/// <summary>The drawing operations of a figure of matrices. Both file formats draw exactly these, so they show the same image.</summary>
internal interface ICanvas
{
    void Fill(Rect area, Rgb colour);

    /// <summary>Fills <paramref name="area"/> with equal cells without any smoothing between them.</summary>
    /// <param name="area">The area of the cells; its sides should be whole multiples of half a unit per cell.</param>
    /// <param name="colours">The colours, <c>[column, row]</c>, row 0 at the top.</param>
    void Cells(Rect area, Rgb[,] colours);

    /// <summary>Draws connected line segments, one unit wide.</summary>
    /// <param name="points">Two points or more.</param>
    /// <param name="colour">The colour.</param>
    void Line(IReadOnlyList<Point> points, Rgb colour);

    void Text(PlacedText text, Rgb colour);
}
