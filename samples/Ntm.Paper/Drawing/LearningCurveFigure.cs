using Ntm.Figures;
using Ntm.Paper.Runs;

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
}
