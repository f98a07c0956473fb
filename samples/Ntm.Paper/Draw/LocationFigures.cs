using System.Globalization;
using Ntm.Core;
using Ntm.Figures;
using Ntm.Tasks;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

/// <summary>
/// Figures of the locations that the heads of a priority-sort model write to and read from (figure 17 of the paper). A model that sorts by its choice
/// of locations writes to locations on a line over the priorities, and reads location after location. A location is the maximum of a weighting.
/// </summary>
internal static class LocationFigures
{
    public static IEnumerable<(string Name, Figure Figure)> Of(string title, PrioritySortTask task, SequenceBatch batch, NtmTrace trace)
    {
        var priorities = batch.Inputs.Matrix();
        var (writes, reads) = (Largest(trace.WriteWeightings), Largest(trace.ReadWeightings));
        var answers = reads.GetLength(0) - task.Inputs;
        var highest = (double)trace.WriteWeightings.size(-1) - 1;
        return
        [
            ("write-locations", Figure("write locations by priority", "priority", Panels(writes, Written))),
            ("read-locations", Figure("read locations", "vector of the answer", Panels(reads, Read))),
        ];

        CurveFigure Figure(string what, string xLabel, CurvePanel[] panels) => new($"{title}: {what}", panels) { XLabel = xLabel, XUnit = 1 };

        CurvePanel Written(string head, int number)
        {
            var points = Enumerable.Range(0, task.Inputs).Select(t => ((double)priorities[t, task.PriorityChannel], (double)writes[t, number]));
            return WithFit(head, [.. points], highest);
        }

        CurvePanel Read(string head, int number)
        {
            var points = Enumerable.Range(0, answers).Select(i => (i + 1.0, (double)reads[task.Inputs + i, number]));
            return new CurvePanel("location", Curve.OfPoints("read", [.. points])) { Title = head };
        }
    }

    /// <summary>A panel for each head, made from its title and number.</summary>
    private static CurvePanel[] Panels(long[,] locations, Func<string, int, CurvePanel> panel)
    {
        var heads = locations.GetLength(1);
        return [.. Enumerable.Range(0, heads).Select(head => panel(heads == 1 ? "" : $"Head {head + 1}", head))];
    }

    private static CurvePanel WithFit(string head, IReadOnlyList<(double X, double Y)> points, double highest)
    {
        var fit = LinearFit.Of(points);
        var quality = double.IsNaN(fit.Determination) ? "one location" : string.Create(CultureInfo.InvariantCulture, $"R² = {fit.Determination:F2}");
        var (left, right) = (End(-1), End(1));
        // The missing values hold the axis from end to end of the priorities.
        var line = new Curve("linear fit", [-1, left.X, right.X, 1], [double.NaN, left.Y, right.Y, double.NaN]);
        return new CurvePanel("location", Curve.OfPoints("written", points), line) { Title = head.Length == 0 ? quality : $"{head}, {quality}" };

        // The line ends where the memory does.
        (double X, double Y) End(double priority)
        {
            var location = Math.Clamp(fit[priority], 0, highest);
            return (location == fit[priority] ? priority : Math.Clamp((location - fit.Intercept) / fit.Slope, -1, 1), location);
        }
    }

    /// <summary>The location with the largest weight at every step of the first sequence, <c>[time, head]</c>.</summary>
    private static long[,] Largest(Tensor weightings)
    {
        var largest = weightings.select(1, 0).argmax(-1).contiguous();
        var locations = new long[largest.size(0), largest.size(1)];
        for (var t = 0; t < locations.GetLength(0); t++)
            for (var head = 0; head < locations.GetLength(1); head++)
                locations[t, head] = largest[t, head].item<long>();
        return locations;
    }
}

/// <summary>The line with the least squared vertical distance from points.</summary>
/// <param name="Slope">Its rise.</param>
/// <param name="Intercept">Its height at zero.</param>
/// <param name="Determination">
/// R squared, the share of the heights' variance that the line explains; not a number where all points have one height.
/// </param>
internal readonly record struct LinearFit(double Slope, double Intercept, double Determination)
{
    /// <param name="points">Two points or more, not all at one place.</param>
    public static LinearFit Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var varianceX = points.Average(p => (p.X - meanX) * (p.X - meanX));
        var varianceY = points.Average(p => (p.Y - meanY) * (p.Y - meanY));
        var covariance = points.Average(p => (p.X - meanX) * (p.Y - meanY));
        var slope = covariance / varianceX;
        return new LinearFit(slope, meanY - slope * meanX, varianceY > 0 ? slope * covariance / varianceY : double.NaN);
    }

    public double this[double x] => Slope * x + Intercept;
}
