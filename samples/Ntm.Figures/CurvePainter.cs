namespace Ntm.Figures;

/// <summary>Draws a <see cref="CurveFigure"/> whose places are known.</summary>
internal static class CurvePainter
{
    private const double BandOpacity = 0.2;
    private const double PointRadius = 4.5;
    private const double PointOpacity = 0.8;

    private static readonly Stroke s_axis = new(FigureStyle.Axis, 1);
    private static readonly Stroke s_grid = new(FigureStyle.Grid, 1);
    private static readonly Stroke s_fineGrid = new(FigureStyle.FineGrid, 1);

    public static void Draw(ICanvas canvas, CurveLayout layout)
    {
        canvas.Lines(layout.Title, new Point(FigureStyle.Margin, FigureStyle.Margin), TextStyle.FigureTitle);
        DrawLegend(canvas, layout.Legend);
        foreach (CurvePlace place in layout.Panels)
        {
            // Above the axes by their title's height: at their left edge, as the titles of matrices.
            canvas.Lines(place.Title, new Point(place.Axes.X, place.Axes.Y - place.TitleHeight), TextStyle.PanelTitle);
            DrawValues(canvas, place);
            DrawSequences(canvas, layout, place);
            DrawCurves(canvas, layout, place);
            canvas.Line(place.Axes.Outline(), s_axis);
            DrawPoints(canvas, layout, place);
        }
    }

    private static void DrawLegend(ICanvas canvas, Legend legend)
    {
        foreach (LegendEntry entry in legend.Entries)
        {
            double y = entry.TopLeft.Y + (TextStyle.Label.LineHeight / 2);
            double right = entry.TopLeft.X + Legend.SampleWidth;
            if (entry.Sample == LegendSample.BandedLine)
            {
                var band = new Rect(entry.TopLeft.X, y - 7, Legend.SampleWidth, 14);
                canvas.Area(band.Outline(), entry.Stroke.Colour, BandOpacity);
            }

            if (entry.Sample == LegendSample.Point)
            {
                DrawPoint(canvas, new Point((entry.TopLeft.X + right) / 2, y), entry.Stroke);
            }
            else
            {
                canvas.Line([new Point(entry.TopLeft.X, y), new Point(right, y)], entry.Stroke);
            }

            canvas.Text(
                new PlacedText(entry.Name, new Point(right + Legend.SampleGap, y), TextStyle.Label, AlignY: 0.5), FigureStyle.Ink);
        }
    }

    private static void DrawValues(ICanvas canvas, CurvePlace place)
    {
        Rect axes = place.Axes;
        foreach (double value in place.Y.FineTicks)
        {
            canvas.Line(Across(value), s_fineGrid);
        }

        double left = axes.X - FigureStyle.TickLength - FigureStyle.LabelGap;
        double widest = 0;
        foreach (double value in place.Y.Ticks)
        {
            string label = NiceNumber.Label(value);
            double y = Height(place, value);
            canvas.Line(Across(value), s_grid);
            canvas.Line([new Point(axes.X - FigureStyle.TickLength, y), new Point(axes.X, y)], s_axis);
            canvas.Text(new PlacedText(label, new Point(left, y), TextStyle.Tick, AlignX: 1, AlignY: 0.5), FigureStyle.Ink);
            widest = Math.Max(widest, Typesetter.Width(label, TextStyle.Tick));
        }

        // At the margin and not at the ticks: the labels of several panels stand in one line.
        var at = new Point(FigureStyle.Margin + TextStyle.Label.Size, axes.Y + (axes.Height / 2));
        canvas.Text(new PlacedText(place.Panel.Label, at, TextStyle.Label, AlignX: 0.5, Upwards: true), FigureStyle.Ink);

        Point[] Across(double value) => [new(axes.X, Height(place, value)), new(axes.Right, Height(place, value))];
    }

    private static void DrawSequences(ICanvas canvas, CurveLayout layout, CurvePlace place)
    {
        Rect axes = place.Axes;
        double top = axes.Bottom + FigureStyle.TickLength + FigureStyle.LabelGap;
        foreach (double value in layout.X.Ticks)
        {
            double x = Math.Round(axes.X + (layout.X.ToShare(value) * axes.Width));
            canvas.Line([new Point(x, axes.Y), new Point(x, axes.Bottom)], s_grid);
            canvas.Line([new Point(x, axes.Bottom), new Point(x, axes.Bottom + FigureStyle.TickLength)], s_axis);
            if (place.IsLast)
            {
                canvas.Text(
                    new PlacedText(NiceNumber.Label(value), new Point(x, top), TextStyle.Tick, AlignX: 0.5, AlignY: 1), FigureStyle.Ink);
            }
        }

        if (place.IsLast)
        {
            var at = new Point(axes.X + (axes.Width / 2), top + TextStyle.Tick.LineHeight);
            canvas.Text(new PlacedText(layout.XLabel, at, TextStyle.Label, AlignX: 0.5, AlignY: 1), FigureStyle.Ink);
        }
    }

    private static void DrawCurves(ICanvas canvas, CurveLayout layout, CurvePlace place)
    {
        Rect axes = place.Axes;
        Rect clip = axes.Grown(1);
        if (place.Panel.Goal is { } goal)
        {
            double y = Height(place, goal.Value);
            canvas.Line([new Point(axes.X, y), new Point(axes.Right, y)], Palette.Goal, clip);
        }

        foreach (Curve curve in place.Panel.Curves.Where(c => c.Lower is not null))
        {
            // Thinned out apart, the edges keep their own extremes; pieces end where either edge does, as both come from the same runs.
            IReadOnlyList<Point[]> lower = Pieces(curve, curve.Lower!), upper = Pieces(curve, curve.Upper!);
            foreach ((Point[] down, Point[] up) in lower.Zip(upper))
            {
                canvas.Area([.. up, .. down.Reverse(), up[0]], layout.Legend.Looks[curve.Name].Colour, BandOpacity, clip);
            }
        }

        foreach (Curve curve in place.Panel.Curves.Where(c => !c.IsPoints))
        {
            Stroke stroke = layout.Legend.Looks[curve.Name];
            foreach (Point[] piece in Pieces(curve, curve.Y))
            {
                canvas.Line(piece, stroke, clip);
            }
        }

        IReadOnlyList<Point[]> Pieces(Curve curve, IReadOnlyList<double> y) =>
            CurvePieces.Of(curve.X, y, value => At(layout, place, value, 0).X, value => At(layout, place, 0, value).Y);
    }

    // After the frame: a point on it is whole. One beyond the axes is not there.
    private static void DrawPoints(ICanvas canvas, CurveLayout layout, CurvePlace place)
    {
        Rect around = place.Axes.Grown(1);
        foreach (Curve curve in place.Panel.Curves.Where(c => c.IsPoints))
        {
            foreach (Point at in curve.X.Zip(curve.Y).Where(p => double.IsFinite(p.Second)).Select(p => At(layout, place, p.First, p.Second)))
            {
                if (around.Contains(at))
                {
                    DrawPoint(canvas, at, layout.Legend.Looks[curve.Name]);
                }
            }
        }
    }

    private static Point At(CurveLayout layout, CurvePlace place, double x, double y) => new(
        place.Axes.X + (layout.X.ToShare(x / layout.XUnit) * place.Axes.Width),
        place.Axes.Bottom - (place.Y.ToShare(y) * place.Axes.Height));

    // Neither file format has circles among the few things that a canvas draws; so many corners look round.
    private static void DrawPoint(ICanvas canvas, Point at, Stroke stroke)
    {
        const int Corners = 16;
        canvas.Area(
            [.. Enumerable.Range(0, Corners + 1).Select(i => at.Towards(2 * Math.PI * i / Corners, PointRadius))], stroke.Colour, PointOpacity);
    }

    // On whole units a line one unit wide covers the same two rows of pixels everywhere.
    private static double Height(CurvePlace place, double value) =>
        Math.Round(place.Axes.Bottom - (place.Y.ToShare(value) * place.Axes.Height));
}
