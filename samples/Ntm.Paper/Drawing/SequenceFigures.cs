using Ntm.Core;
using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Tasks;
using Ntm.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>What the paper draws of a model: outputs (figures 4, 5 and 8), memory use (figures 6, 9 and 12), the learning curve (figure 3).</summary>
internal static class SequenceFigures
{
    public static IEnumerable<(string Name, Figure Figure)> Of(TrainedModel trained, EvaluationRequest request, int seed)
    {
        var entry = TaskCatalog.Find(trained.Settings.Task);
        var condition = entry.Conditions(trained.Settings, entry.Illustration(request))[0];
        var title = $"{entry.Name}, {condition.Name}";
        using var scope = NewDisposeScope();
        var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
        // Only a machine has a memory to show.
        var trace = trained.Machine?.Trace(batch.Inputs);
        var outputs = (trace?.Logits ?? trained.Model.Logits(batch.Inputs)).sigmoid();
        yield return ("outputs", Answers(title, batch, outputs));
        if (trace is not null)
            yield return ("memory", MemoryUse(title, batch.Inputs, outputs, trace));
        if (LearningCurve(trained) is { } curve)
            yield return ("learning-curve", curve);
    }

    /// <summary>Targets and outputs from the first step that counts, side by side.</summary>
    private static MatrixFigure Answers(string title, SequenceBatch batch, Tensor outputs)
    {
        var first = (int)batch.Mask.argmax(0).ToInt64();
        return new MatrixFigure(title, [[Panel("Targets", batch.Targets), Panel("Outputs", outputs)]]);

        MatrixPanel Panel(string name, Tensor values) => new(name, values.narrow(0, first, values.size(0) - first).Matrix()) { FirstStep = first };
    }

    private static MatrixFigure MemoryUse(string title, Tensor inputs, Tensor outputs, NtmTrace trace)
    {
        var (adds, reads) = (trace.Adds.select(2, 0).Matrix(), trace.Reads.select(2, 0).Matrix());
        var range = ValueRange.Around0(adds, reads);
        return new MatrixFigure(
            $"{title}: memory use",
            [
                [new MatrixPanel("Inputs", inputs.Matrix()), new MatrixPanel("Outputs", outputs.Matrix())],
                [Vectors("Adds", adds), Vectors("Reads", reads)],
                [Locations("Write weightings", trace.WriteWeightings), Locations("Read weightings", trace.ReadWeightings)],
            ]);

        MatrixPanel Vectors(string name, float[,] values) => new(name, values) { RowLabel = "element", Range = range, Colours = ColourMap.Diverging };

        MatrixPanel Locations(string name, Tensor weightings) => new(name, weightings.select(2, 0).Matrix()) { RowLabel = "location" };
    }

    private static CurveFigure? LearningCurve(TrainedModel trained)
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
