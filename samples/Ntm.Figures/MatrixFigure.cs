namespace Ntm.Figures;

/// <summary>
/// Heat maps over time in rows and columns, like the paper's figures of inputs and outputs, vectors and weightings. Time steps have the same
/// width in all panels, so events of the same step are on one vertical line.
/// </summary>
/// <remarks>
/// ScottPlot draws curves here, but not matrices. Its heat map is a scaled bitmap: viewers blur it in an SVG, and in a PNG the cells of
/// a panel differ in width by a pixel. docs/figures/compare shows both in a browser. One color bar for two panels, and steps of equal width in
/// panels with different numbers of steps, would need this layout code anyway, and that is most of the code.
/// </remarks>
internal sealed class MatrixFigure : Figure
{
    private readonly MatrixPanel[][] _rows;

    /// <summary>Creates a figure.</summary>
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

    /// <summary>Returns the places of a panel's cells, in figure units.</summary>
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
