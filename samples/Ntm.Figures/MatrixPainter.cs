namespace Ntm.Figures;

/// <summary>Draws a <see cref="MatrixFigure"/> from its layout.</summary>
internal static class MatrixPainter
{
    public static void Draw(ICanvas canvas, MatrixLayout layout)
    {
        canvas.Lines(layout.Title, new Point(FigureStyle.Margin, FigureStyle.Margin), TextStyle.FigureTitle);
        foreach (MatrixPlace place in layout.Panels)
        {
            DrawTitle(canvas, place);
            DrawCells(canvas, place);
            DrawSteps(canvas, place);
            DrawRows(canvas, place);
            if (place.HasBar)
            {
                DrawBar(canvas, place);
            }
        }
    }

    // Titles of different heights share one baseline, right above the cells.
    private static void DrawTitle(ICanvas canvas, MatrixPlace place) =>
        canvas.Lines(place.Title, new Point(place.Cells.X, place.Cells.Y - place.TitleHeight), TextStyle.PanelTitle);

    private static void DrawCells(ICanvas canvas, MatrixPlace place)
    {
        MatrixPanel panel = place.Panel;
        var colours = new Rgb[panel.Steps, panel.Rows];
        for (int step = 0; step < panel.Steps; step++)
        {
            for (int row = 0; row < panel.Rows; row++)
            {
                colours[step, row] = panel.Colours[panel.Range.ToShare(panel[step, row])];
            }
        }

        canvas.Cells(place.Cells, colours);
        canvas.Line(place.Cells.Grown(0.5).Outline(), FigureStyle.Axis);
    }

    private static void DrawSteps(ICanvas canvas, MatrixPlace place)
    {
        Rect cells = place.Cells;
        MatrixPanel panel = place.Panel;
        double cell = cells.Width / panel.Steps;
        double widest = Typesetter.Width(NiceNumber.Label(panel.FirstStep + panel.Steps - 1), TextStyle.Tick);
        double top = cells.Bottom + 1 + FigureStyle.TickLength + FigureStyle.LabelGap;
        foreach (int step in CellTicks.Of(panel.FirstStep, panel.Steps, (widest + 16) / cell))
        {
            double x = cells.X + ((step - panel.FirstStep + 0.5) * cell);
            canvas.Line([new Point(x, cells.Bottom + 1), new Point(x, cells.Bottom + 1 + FigureStyle.TickLength)], FigureStyle.Axis);
            if (place.HasStepLabels)
            {
                var at = new Point(x, top);
                canvas.Text(new PlacedText(NiceNumber.Label(step), at, TextStyle.Tick, AlignX: 0.5, AlignY: 1), FigureStyle.Ink);
            }
        }

        if (place.HasStepLabels)
        {
            double half = Typesetter.Width(MatrixPlace.StepLabel, TextStyle.Label) / 2;
            var at = new Point(cells.X + Math.Max(cells.Width / 2, half), top + TextStyle.Tick.LineHeight);
            canvas.Text(new PlacedText(MatrixPlace.StepLabel, at, TextStyle.Label, AlignX: 0.5, AlignY: 1), FigureStyle.Ink);
        }
    }

    private static void DrawRows(ICanvas canvas, MatrixPlace place)
    {
        Rect cells = place.Cells;
        MatrixPanel panel = place.Panel;
        double cell = cells.Height / panel.Rows;
        double right = cells.X - 1;
        double left = right - FigureStyle.TickLength - FigureStyle.LabelGap;
        foreach (int row in CellTicks.Of(panel.FirstRow, panel.Rows, 24 / cell))
        {
            double y = cells.Y + ((row - panel.FirstRow + 0.5) * cell);
            canvas.Line([new Point(right - FigureStyle.TickLength, y), new Point(right, y)], FigureStyle.Axis);
            canvas.Text(new PlacedText(NiceNumber.Label(row), new Point(left, y), TextStyle.Tick, AlignX: 1, AlignY: 0.5), FigureStyle.Ink);
        }

        // At the edge of the column and not at the ticks, so that the labels of all panels in it are on one line.
        var at = new Point(place.Left + TextStyle.Label.Size, cells.Y + (cells.Height / 2));
        canvas.Text(new PlacedText(panel.RowLabel, at, TextStyle.Label, AlignX: 0.5, Upwards: true), FigureStyle.Ink);
    }

    private static void DrawBar(ICanvas canvas, MatrixPlace place)
    {
        var bar = new Rect(place.Cells.Right + MatrixLayout.BarGap, place.Cells.Y, MatrixLayout.BarWidth, place.Cells.Height);
        int shades = Math.Min(128, (int)(bar.Height * PngCanvas.PixelsPerUnit));
        var colours = new Rgb[1, shades];
        for (int i = 0; i < shades; i++)
        {
            colours[0, i] = place.Panel.Colours[1 - ((i + 0.5) / shades)];
        }

        canvas.Cells(bar, colours);
        canvas.Line(bar.Grown(0.5).Outline(), FigureStyle.Axis);
        bool isLow = bar.Height < 3 * TextStyle.Tick.LineHeight;
        foreach ((double share, string label) in MatrixColumn.BarLabels(place.Panel).Where(l => !isLow || l.Share != 0.5))
        {
            var at = new Point(bar.Right + FigureStyle.LabelGap, double.Lerp(bar.Bottom, bar.Y, share));
            canvas.Text(new PlacedText(label, at, TextStyle.Tick, AlignY: share), FigureStyle.Ink);
        }
    }
}
