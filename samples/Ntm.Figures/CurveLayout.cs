namespace Ntm.Figures;

/// <summary>Where everything of a <see cref="CurveFigure"/> goes.</summary>
internal sealed record CurveLayout(double Width, double Height, IReadOnlyList<string> Title)
{
    private const double PanelGap = 26;
    private const double TitleGap = 5;
    private const double OnlyPanelHeight = 330;
    private const double SharedPanelHeight = 230;
    private const double CrowdedPanelHeight = 150;
    private const int Crowd = 4;

    public required Legend Legend { get; init; }

    public required string XLabel { get; init; }

    public required double XUnit { get; init; }

    public required AxisScale X { get; init; }

    public required IReadOnlyList<CurvePlace> Panels { get; init; }

    public static CurveLayout Of(string title, string xLabel, double xUnit, CurvePanel[] panels)
    {
        const double Margin = FigureStyle.Margin;
        double[] xs = [.. panels.SelectMany(p => p.Curves).SelectMany(c => new[] { c.X[0], c.X[^1] }).Select(v => v / xUnit)];
        AxisScale x = LinearScale.Exactly(xs.Min(), xs.Max(), mostTicks: 8);
        double height = panels.Length == 1 ? OnlyPanelHeight : panels.Length < Crowd ? SharedPanelHeight : CrowdedPanelHeight;
        AxisScale[] scales = [.. panels.Select(p => CurveRange.ScaleOf(p, mostTicks: (int)(height / 44)))];

        double left = Margin + TextStyle.Label.LineHeight + FigureStyle.LabelGap
            + scales.SelectMany(s => s.Ticks).Max(t => Width(t)) + FigureStyle.LabelGap + FigureStyle.TickLength;
        double right = Math.Max(Margin, (Width(x.Ticks[^1]) / 2) + 10);
        IReadOnlyList<string> titleLines = Typesetter.Wrap(title, TextStyle.FigureTitle, FigureStyle.Width - (2 * Margin));
        double y = Margin + (titleLines.Count * TextStyle.FigureTitle.LineHeight) + (titleLines.Count > 0 ? 8 : 0);
        Legend legend = Legend.Of(panels, new Rect(left, y, FigureStyle.Width - right - left, 0));
        y += legend.Area.Height > 0 ? legend.Area.Height + 10 : TextStyle.Tick.Size / 2;

        double width = titleLines.Select(t => Typesetter.Width(t, TextStyle.FigureTitle) + (2 * Margin))
            .Append(legend.Area.Right + right)
            .Append(FigureStyle.Width)
            .Max();
        List<CurvePlace> places = [];
        for (int i = 0; i < panels.Length; i++)
        {
            double panelHeight = Math.Ceiling(Math.Max(height, Typesetter.Width(panels[i].Label, TextStyle.Label)));
            double axesWidth = Math.Floor(width - right - left);
            IReadOnlyList<string> lines = Typesetter.Wrap(panels[i].Title, TextStyle.PanelTitle, axesWidth);
            double titleHeight = lines.Count == 0 ? 0 : (lines.Count * TextStyle.PanelTitle.LineHeight) + TitleGap;
            var axes = new Rect(Math.Ceiling(left), Math.Ceiling(y + titleHeight), axesWidth, panelHeight);
            places.Add(new CurvePlace(panels[i], lines, titleHeight, axes, scales[i], IsLast: i == panels.Length - 1));
            y = axes.Bottom + PanelGap;
        }

        y += FigureStyle.TickLength + FigureStyle.LabelGap + TextStyle.Tick.LineHeight + TextStyle.Label.LineHeight - PanelGap;
        return new CurveLayout(Math.Ceiling(width), Math.Ceiling(y + (Margin / 2)), titleLines)
        {
            Legend = legend,
            XLabel = xLabel,
            XUnit = xUnit,
            X = x,
            Panels = places,
        };

        static double Width(double tick) => Typesetter.Width(NiceNumber.Label(tick), TextStyle.Tick);
    }
}

/// <summary>Where one panel goes: its title's lines right above its axes.</summary>
internal sealed record CurvePlace(
    CurvePanel Panel, IReadOnlyList<string> Title, double TitleHeight, Rect Axes, AxisScale Y, bool IsLast);
