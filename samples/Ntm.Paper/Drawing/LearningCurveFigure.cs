using Ntm.Figures;
using Ntm.Paper.Runs;
using Ntm.Training;

namespace Ntm.Paper.Drawing;

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
            new CurvePanel("cost (bits/sequence)", new Curve("", sequences, [.. history.Select(p => p.CostBits)])),
            new CurvePanel("errors (bits/sequence)", new Curve("", sequences, [.. history.Select(p => p.WrongBits)])));
    }

    /// <summary>The curves of several seeds, or <see langword="null"/> if none has two points.</summary>
    public static CurveFigure? OfSeeds(string task, IReadOnlyList<(int Seed, IReadOnlyList<TrainingPoint> History)> runs)
    {
        var drawn = runs.Where(r => r.History.Count >= 2).ToList();
        return drawn.Count == 0 ? null : new CurveFigure(
            $"{task}: learning curves by seed",
            new CurvePanel("cost (bits/sequence)", Curves(p => p.CostBits)),
            new CurvePanel("errors (bits/sequence)", Curves(p => p.WrongBits)));

        Curve[] Curves(Func<TrainingPoint, double> value) =>
            [.. drawn.Select(r => new Curve($"{r.Seed}", [.. r.History.Select(p => (double)p.Sequences)], [.. r.History.Select(value)]))];
    }
}
