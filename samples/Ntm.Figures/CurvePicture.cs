using ScottPlot;
using SkiaSharp;

namespace Ntm.Figures;

/// <summary>A <see cref="CurveFigure"/> with all places computed, which draws itself: title, legend, and a plot for each panel.</summary>
internal sealed class CurvePicture : IDisposable
{
    private const double OnlyPanelHeight = 330;
    private const double SharedPanelHeight = 230;
    private const double CrowdedPanelHeight = 150;
    private const int Crowd = 4;
    private const double PanelGap = 26;
    private const double TitleGap = 5;
    private const double LegendGap = 10;

    private readonly string _name;
    private readonly IReadOnlyList<string> _title;
    private readonly Legend? _legend;
    private readonly PixelRect _legendArea;
    private readonly List<(Plot Plot, PixelRect Area, Rect Axes, IReadOnlyList<string> Title)> _panels = [];
    private readonly int _height;

    public CurvePicture(string title, string xLabel, double xUnit, CurvePanel[] panels)
    {
        PlotFont.Register();
        _name = title;
        _title = Typesetter.Wrap(title, TextStyle.FigureTitle, FigureStyle.Width - (2 * FigureStyle.Margin));
        CoordinateRange x = Ends(panels, xUnit);
        IReadOnlyDictionary<string, Stroke> looks = CurveLegend.Looks(panels);
        Plot[] plots = [.. panels.Select((panel, i) => CurvePlot.Of(panel, xUnit, x, looks, isLast: i == panels.Length - 1))];
        plots[^1].Axes.Bottom.Label.Text = xLabel;

        double height = panels.Length == 1 ? OnlyPanelHeight : panels.Length < Crowd ? SharedPanelHeight : CrowdedPanelHeight;
        double left = FigureStyle.Margin + plots.Max(plot => LeftOf(plot, height));
        double right = (FigureStyle.Margin / 2) + (plots[^1].Axes.Bottom.TickGenerator.Ticks.Max(tick => Typesetter.Width(tick.Label, TextStyle.Tick)) / 2);
        double foot = FigureStyle.TickLength + TextStyle.Tick.LineHeight + TextStyle.Label.LineHeight + FigureStyle.Margin;
        double y = FigureStyle.Margin + (_title.Count * TextStyle.FigureTitle.LineHeight) + (_title.Count > 0 ? 8 : 0);
        _legend = CurveLegend.Of(plots[^1], panels, looks);
        if (_legend is not null)
        {
            using Paint paint = Paint.NewDisposablePaint();
            PixelSize size = _legend.GetLayout(new PixelSize(FigureStyle.Width - right - left, 10_000), paint).LegendRect.Size;
            _legendArea = new PixelRect((float)left, (float)(FigureStyle.Width - right), (float)y + size.Height, (float)y);
            y += size.Height + LegendGap;
        }
        else
        {
            y += TextStyle.Tick.Size / 2;
        }

        foreach ((CurvePanel panel, Plot plot) in panels.Zip(plots))
        {
            IReadOnlyList<string> lines = Typesetter.Wrap(panel.Title, TextStyle.PanelTitle, FigureStyle.Width - right - left);
            double top = y + (lines.Count == 0 ? 0 : (lines.Count * TextStyle.PanelTitle.LineHeight) + TitleGap);
            double tall = Math.Max(height, Typesetter.Width(panel.Label, TextStyle.Label) + 8);
            var axes = new Rect(Math.Ceiling(left), Math.Ceiling(top), Math.Floor(FigureStyle.Width - right) - Math.Ceiling(left), Math.Ceiling(tall));
            bool isLast = _panels.Count == panels.Length - 1;
            // A panel's area includes everything around its axes, also numbers above and below them.
            double above = TextStyle.Tick.Size, below = isLast ? foot : FigureStyle.TickLength + 1;
            plot.RenderManager.ClearCanvasBeforeEachRender = false;
            plot.Axes.Left.MinimumSize = (float)(left - FigureStyle.Margin);
            plot.Layout.Fixed(new PixelPadding((float)axes.X, (float)(FigureStyle.Width - axes.Right), (float)below, (float)above));
            var area = new PixelRect(0, (float)FigureStyle.Width, (float)(axes.Bottom + below), (float)(axes.Y - above));
            _panels.Add((plot, area, axes, lines));
            y = axes.Bottom + (isLast ? foot : PanelGap);
        }

        _height = (int)Math.Ceiling(y);
    }

    public Rect AxesOf(int panel) => _panels[panel].Axes;

    public byte[] ToPng()
    {
        using var canvas = new PngCanvas(FigureStyle.Width, _height);
        Draw(canvas.Skia);
        return canvas.Encode();
    }

    public string ToSvg()
    {
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, (float)FigureStyle.Width, _height), stream))
        {
            canvas.Clear(SKColors.White);
            Draw(canvas);
        }

        stream.Position = 0;
        return SvgText.Outlined(stream, _name);
    }

    public void Dispose() => _panels.ForEach(panel => panel.Plot.Dispose());

    private void Draw(SKCanvas canvas)
    {
        using Paint paint = Paint.NewDisposablePaint();
        foreach ((Plot plot, PixelRect area, _, _) in _panels)
        {
            plot.Render(canvas, area);
        }

        Lines(_title, FigureStyle.Margin, FigureStyle.Margin, TextStyle.FigureTitle);
        _legend?.Render(canvas, paint, _legendArea, Alignment.UpperLeft);
        foreach ((_, _, Rect axes, IReadOnlyList<string> title) in _panels)
        {
            Lines(title, axes.X, axes.Y - TitleGap - (title.Count * TextStyle.PanelTitle.LineHeight), TextStyle.PanelTitle);
        }

        void Lines(IReadOnlyList<string> lines, double x, double y, TextStyle style)
        {
            foreach ((int i, string line) in lines.Index())
            {
                var label = new LabelStyle { Text = line, Alignment = Alignment.LowerLeft };
                PlotFont.Apply(label, style);
                label.Render(canvas, new Pixel(x, y + ((i + 1) * style.LineHeight)), paint);
            }
        }
    }

    /// <summary>The ends of the horizontal axis, which all panels share.</summary>
    private static CoordinateRange Ends(CurvePanel[] panels, double xUnit)
    {
        double[] xs = [.. panels.SelectMany(p => p.Curves).SelectMany(c => new[] { c.X[0], c.X[^1] }).Select(v => v / xUnit)];
        double low = xs.Min(), high = xs.Max();
        low = low >= 0 && low <= 0.6 * high ? 0 : low;
        if (high <= low)
        {
            return new CoordinateRange(low - 0.5, low + 0.5);
        }

        // Ends where the data ends, or at a round number that is only a little further.
        double step = NiceNumber.AtLeast((high - low) / 8);
        double round = Math.Ceiling((high / step) - 1e-9) * step;
        return new CoordinateRange(low, round - high < 0.02 * (high - low) ? round : high);
    }

    /// <summary>Returns the space that a plot needs left of its axes, as ScottPlot measures it.</summary>
    private static double LeftOf(Plot plot, double height)
    {
        plot.RenderInMemory((int)FigureStyle.Width, (int)height);
        return plot.LastRender.Layout.PanelSizes[plot.Axes.Left];
    }
}
