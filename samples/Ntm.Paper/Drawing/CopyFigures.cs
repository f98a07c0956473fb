using Ntm.Core;
using Ntm.Paper.Figures;
using Ntm.Paper.Runs;
using Ntm.Paper.Catalog;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>What the paper draws of a copy model: outputs (figures 4 and 5), memory use (figure 6), the learning curve (figure 3).</summary>
internal static class CopyFigures
{
    public static IEnumerable<(string Name, Figure Figure)> Of(TrainedModel trained, int length, int seed)
    {
        var task = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, length)[0].Task;
        using var scope = NewDisposeScope();
        var batch = task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
        var trace = trained.Model.Trace(batch.Inputs);
        yield return ("outputs", Outputs(batch.Inputs, batch.Targets, trace, length));
        yield return ("memory", MemoryUse(trace, length));
        if (LearningCurve(trained) is { } curve)
            yield return ("learning-curve", curve);
    }

    private static MatrixFigure Outputs(Tensor inputs, Tensor targets, NtmTrace trace, int length) => new(
        $"Copy: a sequence of {length} vectors",
        new MatrixPanel("Inputs", inputs.Matrix()),
        new MatrixPanel("Targets", targets.Matrix()),
        new MatrixPanel("Outputs", trace.Logits.sigmoid().Matrix()));

    private static MatrixFigure MemoryUse(NtmTrace trace, int length)
    {
        var (adds, reads) = (trace.Adds.select(2, 0).Matrix(), trace.Reads.select(2, 0).Matrix());
        var range = ValueRange.Around0(adds, reads);
        return new MatrixFigure(
            $"Copy: memory use over a sequence of {length} vectors",
            [
                [Vectors("Adds", adds), Vectors("Reads", reads)],
                [Locations("Write weightings", trace.WriteWeightings), Locations("Read weightings", trace.ReadWeightings)],
            ]);

        MatrixPanel Vectors(string title, float[,] values) => new(title, values) { RowLabel = "element", Range = range, Colours = ColourMap.Diverging };

        MatrixPanel Locations(string title, Tensor weightings) => new(title, weightings.select(2, 0).Matrix()) { RowLabel = "location" };
    }

    private static CurveFigure? LearningCurve(TrainedModel trained)
    {
        var history = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(trained.Path))!).ReadHistory();
        if (history.Count < 2)
            return null;
        double[] sequences = [.. history.Select(p => (double)p.Sequences)];
        return new CurveFigure(
            $"Copy: learning curve, seed {trained.Settings.Seed}",
            new CurvePanel("cost (bits/sequence)", new Curve("cost", sequences, [.. history.Select(p => p.CostBits)])),
            new CurvePanel("errors (bits/sequence)", new Curve("errors", sequences, [.. history.Select(p => p.WrongBits)])));
    }
}
