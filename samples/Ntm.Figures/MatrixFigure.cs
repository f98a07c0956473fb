namespace Ntm.Figures;

/// <summary>
/// Heat maps over time in rows and columns, as the paper shows inputs and outputs, vectors and weightings. Time steps are equally
/// wide in all panels, so that what happens at the same step stands in one vertical line.
/// </summary>
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

    private protected override FigurePlan Plan()
    {
        MatrixLayout layout = Layout();
        return new FigurePlan(layout.Width, layout.Height, canvas => MatrixPainter.Draw(canvas, layout));
    }

    private MatrixLayout Layout() => MatrixLayout.Of(Title, _rows);
}
