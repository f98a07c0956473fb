using ScottPlot;
using ScottPlot.Plottables;
using Range = System.Range;

namespace Ntm.Figures;

/// <summary>One panel of a <see cref="CurveFigure"/> as a ScottPlot plot.</summary>
internal static class CurvePlot
{
    /// <summary>How much of a curve's colour its band has.</summary>
    public const double BandOpacity = 0.2;

    public const float PointSize = 9;
    public const double PointOpacity = 0.8;

    private const double PointMargin = 0.025;
    private const double LineMargin = 0.015;

    /// <param name="panel">The panel to draw.</param>
    /// <param name="xUnit">The number of the curves' units that are one unit of the horizontal axis.</param>
    /// <param name="x">The ends of the horizontal axis.</param>
    /// <param name="looks">The look of each curve by its name.</param>
    /// <param name="isLast">Whether the horizontal axis has its labels here.</param>
    public static Plot Of(CurvePanel panel, double xUnit, CoordinateRange x, IReadOnlyDictionary<string, Stroke> looks, bool isLast)
    {
        var plot = new Plot();
        CurveAxis axis = CurveAxis.Of(panel);
        if (panel.Goal is { } goal)
        {
            Style(plot.Add.HorizontalLine(axis.Place(goal.Value)).LineStyle, Palette.Goal);
        }

        foreach (Curve curve in panel.Curves.Where(c => c.Lower is not null))
        {
            AddBand(plot, curve, xUnit, axis, looks[curve.Name]);
        }

        foreach (Curve curve in panel.Curves.Where(c => !c.IsPoints))
        {
            AddLine(plot, curve, xUnit, axis, looks[curve.Name]);
        }

        foreach (Curve curve in panel.Curves.Where(c => c.IsPoints))
        {
            AddPoints(plot, curve, xUnit, axis, looks[curve.Name]);
        }

        // A plot clips its content at its axes: leave space for whole lines and whole points.
        bool hasPoints = panel.Curves.Any(c => c.IsPoints);
        double along = hasPoints ? PointMargin * x.Span : 0;
        double across = (hasPoints ? 2 * PointMargin : LineMargin) * (axis.High - axis.Low);
        plot.Axes.SetLimitsX(x.Min - along, x.Max + along);
        plot.Axes.SetLimitsY(axis.Low - across, axis.High + (hasPoints || panel.Maximum is null ? across : 0));
        plot.Axes.Left.TickGenerator = axis.Ticks();
        plot.Axes.Bottom.TickGenerator = CurveAxis.LinearTicks(80);
        StyleAxes(plot, panel.Label, isLast);
        return plot;
    }

    /// <summary>Gives a ScottPlot line the look of one of our lines.</summary>
    public static void Style(LineStyle line, Stroke stroke)
    {
        line.Color = stroke.Colour.ToScottPlot();
        line.Width = (float)stroke.Width;
        line.Pattern = stroke.Dashes is { } dashes ? new LinePattern([.. dashes.Select(d => (float)d)], 0, "dashes") : LinePattern.Solid;
        line.AntiAlias = true;
    }

    private static void AddBand(Plot plot, Curve curve, double xUnit, CurveAxis axis, Stroke look)
    {
        foreach (Range range in CurveSegments.Of(curve.Lower!, curve.Upper!))
        {
            (int start, int count) = range.GetOffsetAndLength(curve.X.Count);
            FillY band = plot.Add.FillY(
                [.. Enumerable.Range(start, count).Select(i => (curve.X[i] / xUnit, axis.Place(curve.Lower![i]), axis.Place(curve.Upper![i])))]);
            band.FillColor = look.Colour.ToScottPlot().WithAlpha(BandOpacity);
            band.LineWidth = 0;
            band.MarkerSize = 0;
        }
    }

    // For many values in one column of pixels, ScottPlot's signals draw only the first, lowest, highest and last: the image is the same.
    private static void AddLine(Plot plot, Curve curve, double xUnit, CurveAxis axis, Stroke look)
    {
        foreach (Range range in CurveSegments.Of(curve.Y))
        {
            (int start, int count) = range.GetOffsetAndLength(curve.X.Count);
            double[] xs = [.. Enumerable.Range(start, count).Select(i => curve.X[i] / xUnit)];
            double[] ys = [.. Enumerable.Range(start, count).Select(i => axis.Place(curve.Y[i]))];
            if (count == 1)
            {
                // A single value is not a line: draw a dot twice as large as the line is thick.
                plot.Add.Markers(xs, ys, MarkerShape.FilledCircle, 2 * (float)look.Width, look.Colour.ToScottPlot());
            }
            else
            {
                SignalXY line = plot.Add.SignalXY(xs, ys);
                line.MarkerSize = 0;
                Style(line.LineStyle, look);
            }
        }
    }

    private static void AddPoints(Plot plot, Curve curve, double xUnit, CurveAxis axis, Stroke look)
    {
        (double X, double Y)[] points = [.. curve.X.Zip(curve.Y).Where(p => double.IsFinite(p.Second)).Select(p => (p.First / xUnit, axis.Place(p.Second)))];
        plot.Add.Markers(
            points.Select(p => p.X).ToArray(), points.Select(p => p.Y).ToArray(), MarkerShape.FilledCircle, PointSize, look.Colour.ToScottPlot().WithAlpha(PointOpacity));
    }

    private static void StyleAxes(Plot plot, string label, bool isLast)
    {
        Color ink = FigureStyle.Axis.ToScottPlot();
        plot.Axes.Left.Label.Text = label;
        ((ScottPlot.AxisPanels.AxisBase)plot.Axes.Left).PaddingBetweenTickAndAxisLabels = new PixelPadding((float)FigureStyle.LabelGap);
        PlotFont.Apply(plot.Axes.Left.Label, TextStyle.Label);
        PlotFont.Apply(plot.Axes.Bottom.Label, TextStyle.Label);
        foreach (IAxis axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom, plot.Axes.Right, plot.Axes.Top])
        {
            axis.FrameLineStyle.Color = ink;
            axis.FrameLineStyle.Width = 1;
            axis.MajorTickStyle.Color = ink;
            axis.MajorTickStyle.Length = (float)FigureStyle.TickLength;
            axis.MinorTickStyle.Length = 0;
            PlotFont.Apply(axis.TickLabelStyle, TextStyle.Tick);
        }

        plot.Axes.Bottom.TickLabelStyle.IsVisible = isLast;
        plot.Grid.MajorLineColor = FigureStyle.Grid.ToScottPlot();
        plot.Grid.MinorLineColor = FigureStyle.FineGrid.ToScottPlot();
        plot.Grid.MinorLineWidth = 1;
        plot.FigureBackground.Color = Colors.White;
        plot.DataBackground.Color = Colors.White;
        plot.HideLegend();
    }
}
