using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>What the paper draws of a copy model: outputs (figures 4 and 5), memory use (figure 6), the learning curve (figure 3).</summary>
internal static class CopyFigures
{
    public static IEnumerable<(string Name, Figure Figure)> Of(TrainedModel trained, int length, int seed)
    {
        var task = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, new EvaluationRequest(Length: length))[0].Task;
        using var scope = NewDisposeScope();
        var batch = task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
        var trace = trained.Model.Trace(batch.Inputs);
        var outputs = trace.Logits.sigmoid();
        yield return ("outputs", Answers(batch.Targets, outputs, length));
        yield return ("memory", MemoryUse(batch.Inputs, outputs, trace, length));
        if (LearningCurve(trained) is { } curve)
            yield return ("learning-curve", curve);
    }

    /// <summary>Targets and outputs on the steps that count, side by side.</summary>
    private static MatrixFigure Answers(Tensor targets, Tensor outputs, int length)
    {
        var first = (int)targets.size(0) - length;
        return new MatrixFigure($"Copy: a sequence of {length} vectors", [[Panel("Targets", targets), Panel("Outputs", outputs)]]);

        MatrixPanel Panel(string title, Tensor values) => new(title, values.narrow(0, first, length).Matrix()) { FirstStep = first };
    }

    private static MatrixFigure MemoryUse(Tensor inputs, Tensor outputs, NtmTrace trace, int length)
    {
        var (adds, reads) = (trace.Adds.select(2, 0).Matrix(), trace.Reads.select(2, 0).Matrix());
        var range = ValueRange.Around0(adds, reads);
        return new MatrixFigure(
            $"Copy: memory use over a sequence of {length} vectors",
            [
                [new MatrixPanel("Inputs", inputs.Matrix()), new MatrixPanel("Outputs", outputs.Matrix())],
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
            new CurvePanel("cost (bits/sequence)", new Curve("", sequences, [.. history.Select(p => p.CostBits)])),
            new CurvePanel("errors (bits/sequence)", new Curve("", sequences, [.. history.Select(p => p.WrongBits)])));
    }
}
