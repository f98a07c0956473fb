using System.Globalization;
using Ntm.Figures;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Collect;

/// <summary>
/// A figure of what a varied setting changes: for a few values the learning curves of each, the median within the range of its trainings; for many numbers each
/// training's cost over its value.
/// </summary>
internal static class VariedFigure
{
    /// <summary>More curves cannot be told apart.</summary>
    private const int MostCurves = 8;

    /// <summary>A range of numbers is on a logarithmic axis if its ends are so many times apart.</summary>
    private const double ManyTimes = 20;

    /// <summary>The figure; <see langword="null"/> if there is nothing to draw.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="key">The varied setting.</param>
    public static CurveFigure? Of(CollectedSweep sweep, string key)
    {
        var groups = sweep.Last.GroupBy(t => t.Training.Combination.Values.First(v => v.Key == key).Value).ToList();
        // Trainings too short for a curve still have a cost.
        if (groups.Count <= MostCurves && Curves(sweep, key, groups) is { } curves)
            return curves;
        return groups.TrueForAll(g => double.TryParse(g.Key, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? Points(sweep, key) : null;
    }

    private static CurveFigure? Curves(CollectedSweep sweep, string key, List<IGrouping<string, CollectedTraining>> groups)
    {
        var curves = groups.Select(group => (Name: $"{key} {group.Key}", Histories: group.Select(HistoryOf).Where(h => h.Count >= 2).ToList())).Where(c => c.Histories.Count > 0).ToList();
        if (curves.Count == 0)
            return null;
        var settings = sweep.Trainings[0].Training.Settings;
        return new CurveFigure(
            $"{sweep.Task}: learning curves by {key}, median and range",
            new CurvePanel($"cost ({LossUnits.Of(settings).CostUnit}/sequence)", [.. curves.Select(c => Median(c.Name, c.Histories, p => p.MeanCost))]),
            new CurvePanel($"errors ({LossUnits.Targets(settings)}/sequence)", [.. curves.Select(c => Median(c.Name, c.Histories, p => p.MeanWrong))]));
    }

    /// <summary>A training that ended before the others keeps its last value.</summary>
    private static Curve Median(string name, List<IReadOnlyList<TrainingPoint>> histories, Func<TrainingPoint, double> value)
    {
        double[] places = [.. histories.MaxBy(h => h[^1].Sequences)!.Select(p => (double)p.Sequences)];
        return Curve.OfRuns(name, places, [.. histories.Select(h => (IReadOnlyList<double>)[.. places.Select(place => value(h.LastOrDefault(p => p.Sequences <= place) ?? h[0]))])], lower: 0, upper: 1);
    }

    private static CurveFigure? Points(CollectedSweep sweep, string key)
    {
        var points = sweep.Last.Where(t => t.Outcome.Result is { ExcessCostBits: not null })
            .Select(t => (Value: double.Parse(t.Training.Combination.Values.First(v => v.Key == key).Value, CultureInfo.InvariantCulture), Summary: t.Outcome.Result!)).ToList();
        if (points.Count == 0)
            return null;
        var (low, high) = (points.Min(p => p.Value), points.Max(p => p.Value));
        var isLogarithmic = low > 0 && high / low >= ManyTimes;
        var settings = sweep.Trainings[0].Training.Settings;
        return new CurveFigure(
            FormattableString.Invariant($"{sweep.Task}: each training by {key}, {points.Count(p => p.Summary.Solved)} of {points.Count} solved"),
            new CurvePanel($"excess cost ({LossUnits.Of(settings).CostUnit}/sequence)", [.. PointsOf(p => p.ExcessCostBits!.Value)]),
            new CurvePanel("sequences (thousands)", [.. PointsOf(p => p.SequencesSeen / 1000.0)]))
        {
            XLabel = isLogarithmic ? $"log10 of {key}" : key,
            XUnit = 1,
        };

        IEnumerable<Curve> PointsOf(Func<Runs.TrainingSummary, double> value) => points.GroupBy(p => p.Summary.Solved).OrderByDescending(g => g.Key)
            .Select(g => Curve.OfPoints(g.Key ? "solved" : "not solved", [.. g.Select(p => (isLogarithmic ? Math.Log10(p.Value) : p.Value, value(p.Summary)))]));
    }

    /// <summary>A curve that cannot be read is missing in the figure alone.</summary>
    private static IReadOnlyList<TrainingPoint> HistoryOf(CollectedTraining training)
    {
        try
        {
            return training.Folder.ReadHistory();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
