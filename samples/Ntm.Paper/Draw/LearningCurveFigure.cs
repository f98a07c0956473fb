using Ntm.Figures;
using Ntm.Paper.Models;
using Ntm.Paper.Runs;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Draw;

/// <summary>Cost and errors over the training (figure 3 of the paper).</summary>
internal static class LearningCurveFigure
{
    /// <summary>The curve of a run, or <see langword="null"/> if its folder has no history of two points.</summary>
    public static CurveFigure? Of(TrainedModel trained)
    {
        var history = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(trained.Path))!).ReadHistory();
        if (history.Count < 2)
            return null;
        double[] sequences = [.. history.Select(p => (double)p.Sequences)];
        return new CurveFigure(
            $"{trained.Settings.Task}: learning curve, seed {trained.Settings.Seed}",
            new CurvePanel(Cost(trained.Settings), new Curve("", sequences, [.. history.Select(p => p.MeanCost)])),
            new CurvePanel(Errors(trained.Settings), new Curve("", sequences, [.. history.Select(p => p.MeanWrong)])));
    }

    /// <summary>
    /// The median of each architecture's seeds within their spread, or <see langword="null"/> if there is nothing to draw. A training that
    /// ended before the others, because it had solved the task, keeps its last value.
    /// </summary>
    /// <param name="title">The title.</param>
    /// <param name="architectures">The histories of each architecture's seeds.</param>
    /// <param name="isLogarithmic">Whether the costs are on a logarithmic axis.</param>
    /// <param name="optimum">The cost of the best possible predictions, where not everything can be predicted.</param>
    public static CurveFigure? OfArchitectures(
        string title, IReadOnlyList<(string Name, IReadOnlyList<IReadOnlyList<TrainingPoint>> Seeds)> architectures, bool isLogarithmic, double? optimum)
    {
        Curve[] curves = [.. architectures.Select(a => (a.Name, Seeds: a.Seeds.Where(h => h.Count >= 2).ToList())).Where(a => a.Seeds.Count > 0).Select(Median)];
        return curves.Length == 0 ? null : new CurveFigure(title, new CurvePanel("cost (bits/sequence)", curves)
        {
            Logarithmic = isLogarithmic,
            Goal = optimum is { } cost ? new Goal("optimal predictor", cost) : null,
        });

        static Curve Median((string Name, List<IReadOnlyList<TrainingPoint>> Seeds) architecture)
        {
            double[] places = [.. architecture.Seeds.MaxBy(h => h[^1].Sequences)!.Select(p => (double)p.Sequences)];
            return Curve.OfRuns(architecture.Name, places, [.. architecture.Seeds.Select(Values)], lower: 0, upper: 1);

            double[] Values(IReadOnlyList<TrainingPoint> history) =>
                [.. Enumerable.Range(0, places.Length).Select(i => history[Math.Min(i, history.Count - 1)].MeanCost)];
        }
    }

    /// <summary>The curves of several seeds, or <see langword="null"/> if none has two points.</summary>
    public static CurveFigure? OfSeeds(TrainSettings settings, IReadOnlyList<(int Seed, IReadOnlyList<TrainingPoint> History)> runs)
    {
        var drawn = runs.Where(r => r.History.Count >= 2).ToList();
        return drawn.Count == 0 ? null : new CurveFigure(
            $"{settings.Task}: learning curves by seed",
            new CurvePanel(Cost(settings), Curves(p => p.MeanCost)),
            new CurvePanel(Errors(settings), Curves(p => p.MeanWrong)));

        Curve[] Curves(Func<TrainingPoint, double> value) =>
            [.. drawn.Select(r => new Curve($"{r.Seed}", [.. r.History.Select(p => (double)p.Sequences)], [.. r.History.Select(value)]))];
    }

    private static string Cost(TrainSettings settings) => $"cost ({LossUnits.Of(settings).CostUnit}/sequence)";

    private static string Errors(TrainSettings settings) => $"errors ({LossUnits.Targets(settings)}/sequence)";
}
