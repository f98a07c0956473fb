using ScottPlot;

namespace Ntm.Figures;

/// <summary>
/// The names of curves and goals, above the axes, where they never cover data. A figure with a single curve has no legend.
/// </summary>
internal static class CurveLegend
{
    /// <summary>The width of the line or point before a name.</summary>
    public const float SampleWidth = 34;

    /// <summary>The look of each curve by its name: curves of one name look the same in all panels.</summary>
    public static IReadOnlyDictionary<string, Stroke> Looks(IReadOnlyList<CurvePanel> panels) =>
        panels.SelectMany(p => p.Curves).Select(c => c.Name).Distinct().Index().ToDictionary(c => c.Item, c => Palette.Curve(c.Index));

    /// <summary>The legend of all panels, or <see langword="null"/>.</summary>
    /// <param name="plot">A plot of the figure, which ScottPlot requires.</param>
    /// <param name="panels">The panels.</param>
    /// <param name="looks">The look of each curve by its name.</param>
    public static Legend? Of(Plot plot, IReadOnlyList<CurvePanel> panels, IReadOnlyDictionary<string, Stroke> looks)
    {
        Curve[] curves = [.. panels.SelectMany(p => p.Curves)];
        string[] goals = [.. panels.Select(p => p.Goal?.Name).OfType<string>().Distinct()];
        if (looks.Count + goals.Length < 2)
        {
            return null;
        }

        var legend = new Legend(plot)
        {
            IsVisible = true,
            DisplayPlottableLegendItems = false,
            Orientation = Orientation.Horizontal,
            TightHorizontalWrapping = true,
            Margin = PixelPadding.Zero,
            Padding = PixelPadding.Zero,
            InterItemPadding = new PixelPadding(0, 24, 3, 3),
            SymbolWidth = SampleWidth,
            SymbolHeight = 14,
            SymbolPadding = 8,
            OutlineWidth = 0,
            ShadowColor = Colors.Transparent,
            BackgroundColor = Colors.Transparent,
            FontName = PlotFont.Name,
            FontSize = (float)TextStyle.Label.Size,
            FontColor = FigureStyle.Ink.ToScottPlot(),
        };
        legend.ManualItems.AddRange(looks.Select(look => Item(look.Key, look.Value, [.. curves.Where(c => c.Name == look.Key)])));
        legend.ManualItems.AddRange(goals.Select(goal => Item(goal, Palette.Goal, [])));
        return legend;
    }

    private static LegendItem Item(string name, Stroke look, Curve[] curves)
    {
        var item = new LegendItem();
        item.LabelStyle.Text = name;
        PlotFont.Apply(item.LabelStyle, TextStyle.Label);
        if (curves.Length > 0 && curves.All(c => c.IsPoints))
        {
            item.MarkerStyle = new MarkerStyle(MarkerShape.FilledCircle, CurvePlot.PointSize, look.Colour.ToScottPlot().WithAlpha(CurvePlot.PointOpacity));
            return item;
        }

        CurvePlot.Style(item.LineStyle, look);
        if (curves.Any(c => c.Lower is not null))
        {
            item.FillColor = look.Colour.ToScottPlot().WithAlpha(CurvePlot.BandOpacity);
        }

        return item;
    }
}
