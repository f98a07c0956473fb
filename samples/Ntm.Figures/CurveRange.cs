namespace Ntm.Figures;

/// <summary>Chooses the vertical axis of a panel from what it has to show.</summary>
internal static class CurveRange
{
    public static AxisScale ScaleOf(CurvePanel panel, int mostTicks)
    {
        double[] values = [.. Values(panel).Where(double.IsFinite)];
        if (!panel.Logarithmic)
        {
            return panel.Maximum is { } end
                ? LinearScale.Exactly(Math.Min(0, values.Min()), end, mostTicks)
                : LinearScale.Around(values.Min(), values.Max(), mostTicks);
        }

        double[] positive = [.. values.Where(v => v > 0).DefaultIfEmpty(1)];
        return new LogScale(positive.Min(), panel.Maximum ?? positive.Max(), mostTicks);
    }

    private static IEnumerable<double> Values(CurvePanel panel)
    {
        IEnumerable<double> values = panel.Curves.SelectMany(c => c.Y.Concat(c.Lower ?? []).Concat(c.Upper ?? []));
        return panel.Goal is { } goal ? values.Append(goal.Value) : values;
    }
}
