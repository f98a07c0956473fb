namespace Ntm.Figures;

/// <summary>
/// The names of curves and goals, above the axes, where they never cover data. A figure with nothing to tell apart has none.
/// </summary>
internal sealed record Legend(Rect Area, IReadOnlyList<LegendEntry> Entries)
{
    public const double SampleWidth = 34;
    public const double SampleGap = 8;

    private const double EntryGap = 24;

    public static Legend Of(IReadOnlyList<CurvePanel> panels, Rect area)
    {
        string[] curves = [.. panels.SelectMany(p => p.Curves).Select(c => c.Name).Distinct()];
        string[] goals = [.. panels.Select(p => p.Goal?.Name).OfType<string>().Distinct()];
        if (curves.Length + goals.Length < 2)
        {
            return new Legend(area, []) { Looks = LooksOf(curves) };
        }

        Dictionary<string, Stroke> looks = LooksOf(curves);
        HashSet<string> banded = [.. panels.SelectMany(p => p.Curves).Where(c => c.Lower is not null).Select(c => c.Name)];
        HashSet<string> lines = [.. panels.SelectMany(p => p.Curves).Where(c => !c.IsPoints).Select(c => c.Name)];
        double x = area.X, y = area.Y, right = area.X;
        List<LegendEntry> entries = [];
        foreach ((string name, Stroke stroke, LegendSample sample) in curves.Select(c => (c, looks[c], SampleOf(c)))
            .Concat(goals.Select(g => (g, Palette.Goal, LegendSample.Line))))
        {
            double width = SampleWidth + SampleGap + Typesetter.Width(name, TextStyle.Label);
            if (x > area.X && x + width > area.Right)
            {
                (x, y) = (area.X, y + TextStyle.Label.LineHeight);
            }

            entries.Add(new LegendEntry(name, stroke, sample, new Point(x, y)));
            right = Math.Max(right, x + width);
            x += width + EntryGap;
        }

        return new Legend(new Rect(area.X, area.Y, right - area.X, y + TextStyle.Label.LineHeight - area.Y), entries) { Looks = looks };

        LegendSample SampleOf(string curve) =>
            banded.Contains(curve) ? LegendSample.BandedLine : lines.Contains(curve) ? LegendSample.Line : LegendSample.Point;
    }

    /// <summary>The look of each curve by its name.</summary>
    public required IReadOnlyDictionary<string, Stroke> Looks { get; init; }

    private static Dictionary<string, Stroke> LooksOf(string[] curves) =>
        curves.Index().ToDictionary(c => c.Item, c => Palette.Curve(c.Index));
}

/// <summary>One name with the line or point it explains.</summary>
internal sealed record LegendEntry(string Name, Stroke Stroke, LegendSample Sample, Point TopLeft);

/// <summary>What stands before a name.</summary>
internal enum LegendSample
{
    Line,
    BandedLine,
    Point,
}
