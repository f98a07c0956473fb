namespace Ntm.Figures;

/// <summary>Cuts curves where values are missing, because ScottPlot would connect the values on both sides.</summary>
internal static class CurveSegments
{
    /// <summary>Returns the ranges of places in which every value is finite.</summary>
    public static IEnumerable<Range> Of(params IReadOnlyList<double>[] values)
    {
        int start = 0;
        for (int i = 0; i <= values[0].Count; i++)
        {
            if (i == values[0].Count || !values.All(v => double.IsFinite(v[i])))
            {
                if (i > start)
                {
                    yield return start..i;
                }

                start = i + 1;
            }
        }
    }
}
