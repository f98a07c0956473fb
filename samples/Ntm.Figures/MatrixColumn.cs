namespace Ntm.Figures;

/// <summary>The space that a column of panels needs: next to the cells for labels and color bars, and between time steps.</summary>
internal sealed record MatrixColumn(double Left, double Right, int Steps)
{
    public static MatrixColumn Of(MatrixPanel[][] rows, int column)
    {
        MatrixPanel[][] present = [.. rows.Where(r => column < r.Length)];
        double ticks = present.Max(r => Typesetter.Width(NiceNumber.Label(r[column].FirstRow + r[column].Rows - 1), TextStyle.Tick));
        double bar = present.Max(r => HasBar(r, column) ? BarSpace(r[column]) : 0);
        return new MatrixColumn(
            TextStyle.Label.LineHeight + FigureStyle.LabelGap + ticks + FigureStyle.LabelGap + FigureStyle.TickLength,
            bar,
            present.Max(r => r[column].Steps));
    }

    public static bool HasBar(MatrixPanel[] row, int column) =>
        column + 1 >= row.Length || row[column + 1].Range != row[column].Range || row[column + 1].Colours != row[column].Colours;

    /// <summary>The labels of a colour bar, lowest first, each with its share of the bar's height.</summary>
    public static IReadOnlyList<(double Share, string Label)> BarLabels(MatrixPanel panel)
    {
        (double minimum, double maximum) = (panel.Range.Minimum, panel.Range.Maximum);
        return
        [
            (0, (panel.HasValuesBelowRange ? "≤ " : "") + NiceNumber.Label(minimum)),
            (0.5, NiceNumber.Label((minimum + maximum) / 2)),
            (1, (panel.HasValuesAboveRange ? "≥ " : "") + NiceNumber.Label(maximum)),
        ];
    }

    private static double BarSpace(MatrixPanel panel) => MatrixLayout.BarGap + MatrixLayout.BarWidth + FigureStyle.LabelGap
        + BarLabels(panel).Max(l => Typesetter.Width(l.Label, TextStyle.Tick));
}
