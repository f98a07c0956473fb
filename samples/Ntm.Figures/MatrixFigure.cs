namespace Ntm.Figures;

/// <summary>
/// Heat maps over time in rows and columns, as the paper shows inputs and outputs, vectors and weightings. Time steps are equally
/// wide in all panels, so that what happens at the same step stands in one vertical line.
/// </summary>
/// <remarks>
/// ScottPlot draws curves here, but not matrices. Its heat map is a bitmap that is scaled: in an SVG, viewers blur it, and in a PNG the cells of
/// a panel differ in width by a pixel. docs/figures/compare has both in a browser. One colour bar for two panels, and steps of equal width in
/// panels of different numbers of steps, would need the layout here all the same, and that is most of the code.
/// </remarks>
internal sealed class MatrixFigure : Figure
{
    private readonly MatrixPanel[][] _rows;

    /// <summary>Makes a figure.</summary>
    /// <param name="title">The line at the top; may be empty.</param>
    /// <param name="rows">The panels from the top, and from the left within each row. Rows may differ in their number of panels.</param>
    public MatrixFigure(string title, IReadOnlyList<IReadOnlyList<MatrixPanel>> rows)
        : base(title)
    {
        if (rows.Count == 0 || rows.Any(r => r.Count == 0))
        {
            throw new ArgumentException("A figure needs at least one panel in each row.", nameof(rows));
        }

        _rows = [.. rows.Select(r => r.ToArray())];
    }

    /// <summary>One column of panels.</summary>
    public MatrixFigure(string title, params IReadOnlyList<MatrixPanel> panels)
        : this(title, [.. panels.Select(p => new[] { p })])
    {
    }

    /// <summary>Where the cells of a panel are, in figure units.</summary>
    public Rect CellsOf(int row, int column) => Layout().Panels.Single(p => p.Row == row && p.Column == column).Cells;

    /// <inheritdoc/>
    public override byte[] ToPng()
    {
        MatrixLayout layout = Layout();
        using var canvas = new PngCanvas(layout.Width, layout.Height);
        MatrixPainter.Draw(canvas, layout);
        return canvas.Encode();
    }

    /// <inheritdoc/>
    public override string ToSvg()
    {
        MatrixLayout layout = Layout();
        using var canvas = new SvgCanvas(layout.Width, layout.Height, Title);
        MatrixPainter.Draw(canvas, layout);
        return canvas.Finish();
    }

    private MatrixLayout Layout() => MatrixLayout.Of(Title, _rows);
}
