namespace Ntm.Figures;

/// <summary>Computes the places of all parts of a <see cref="MatrixFigure"/>.</summary>
internal sealed record MatrixLayout(double Width, double Height, IReadOnlyList<string> Title, IReadOnlyList<MatrixPlace> Panels)
{
    public const double BarGap = 10;
    public const double BarWidth = 14;

    private const double ColumnGap = 26;
    private const double RowGap = 18;
    private const double WidestCell = 40;
    private const double TallestCell = 24;
    private const double LowestPanel = 44;

    public static MatrixLayout Of(string title, MatrixPanel[][] rows)
    {
        const double Margin = FigureStyle.Margin;
        MatrixColumn[] columns = [.. Enumerable.Range(0, rows.Max(r => r.Length)).Select(c => MatrixColumn.Of(rows, c))];
        double gutters = columns.Sum(c => c.Left + c.Right) + (ColumnGap * (columns.Length - 1)) + (2 * Margin);
        double cellWidth = WholePixels(Math.Min(WidestCell, (FigureStyle.Width - gutters) / columns.Sum(c => c.Steps)));
        double width = WholeUnits(gutters + (cellWidth * columns.Sum(c => c.Steps)));
        // Few narrow time steps must not squeeze the title into a tower.
        double titleWidth = Math.Max(width, FigureStyle.Width / 2) - (2 * Margin);
        IReadOnlyList<string> titleLines = Typesetter.Wrap(title, TextStyle.FigureTitle, titleWidth);
        double y = Margin + (titleLines.Count * TextStyle.FigureTitle.LineHeight) + (titleLines.Count > 0 ? 8 : 0);
        List<MatrixPlace> places = [];
        for (int row = 0; row < rows.Length; row++)
        {
            double x = Margin;
            List<MatrixPlace> placed = [];
            for (int column = 0; column < rows[row].Length; column++)
            {
                MatrixPanel panel = rows[row][column];
                MatrixColumn space = columns[column];
                double panelWidth = panel.Steps * cellWidth;
                placed.Add(new MatrixPlace(row, column, panel)
                {
                    Left = x,
                    Title = Typesetter.Wrap(panel.Title, TextStyle.PanelTitle, panelWidth + space.Right),
                    Cells = new Rect(WholePixels(x + space.Left), 0, panelWidth, panel.Rows * CellHeight(panel)),
                    HasBar = MatrixColumn.HasBar(rows[row], column),
                    HasStepLabels = !SharesStepsWithBelow(rows, row, column),
                });
                x += space.Left + (space.Steps * cellWidth) + space.Right + ColumnGap;
            }

            double top = y + placed.Max(p => p.TitleHeight);
            y = top;
            foreach (MatrixPlace place in placed)
            {
                places.Add(place with { Cells = place.Cells with { Y = WholePixels(top) } });
                y = Math.Max(y, WholePixels(top) + place.Cells.Height + place.FootHeight);
            }

            y += RowGap;
        }

        double textWidth = titleLines.Select(t => Typesetter.Width(t, TextStyle.FigureTitle) + (2 * Margin))
            .Concat(places.SelectMany(p => p.Title.Select(t => p.Cells.X + Typesetter.Width(t, TextStyle.PanelTitle) + Margin)))
            .Concat(places.Select(p => p.Cells.X + Typesetter.Width(MatrixPlace.StepLabel, TextStyle.Label) + Margin))
            .DefaultIfEmpty(0).Max();
        return new MatrixLayout(WholeUnits(Math.Max(width, textWidth)), WholeUnits(y - RowGap + Margin), titleLines, places);
    }

    // Cells are sharp if their edges are edges of pixels.
    private static double WholePixels(double units) => Math.Max(1, Math.Floor(units * PngCanvas.PixelsPerUnit)) / PngCanvas.PixelsPerUnit;

    private static double WholeUnits(double units) => Math.Ceiling(units);

    // A panel is at least as high as its row label is long and as two labels of the color bar need; with many rows, each row is low.
    private static double CellHeight(MatrixPanel panel)
    {
        double least = Math.Max(LowestPanel, Typesetter.Width(panel.RowLabel, TextStyle.Label) + 4);
        double height = Math.Max(least, Math.Min(panel.Tallest, Math.Max(panel.Rows * 12, Math.Min(88, panel.Rows * TallestCell))));
        double cell = WholePixels(height / panel.Rows);
        return cell * panel.Rows < least ? cell + (1.0 / PngCanvas.PixelsPerUnit) : cell;
    }

    private static bool SharesStepsWithBelow(MatrixPanel[][] rows, int row, int column) =>
        row + 1 < rows.Length && column < rows[row + 1].Length
        && rows[row + 1][column].Steps == rows[row][column].Steps
        && rows[row + 1][column].FirstStep == rows[row][column].FirstStep;
}
