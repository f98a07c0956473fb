using Ntm.Core;
using Ntm.Figures;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

/// <summary>Figures of the heads in every step (figures 6, 9 and 12 of the paper).</summary>
internal static class MemoryFigures
{
    /// <summary>Up to so many heads panels have their full height.</summary>
    private const int FewHeads = 2;

    public static IEnumerable<(string Name, Figure Figure)> Of(string title, Tensor inputs, Tensor outputs, NtmTrace trace)
    {
        IReadOnlyList<MatrixPanel> ends = [SignalPanel.Of("Inputs", inputs.Matrix()), SignalPanel.Of("Outputs", outputs.Matrix())];
        var (vectors, weightings) = (Vectors(trace), Weightings(trace));
        // All of several heads in one picture would be too high to be seen at once.
        return vectors.Count == 1
            ? [("memory", new MatrixFigure($"{title}: memory use", [ends, .. vectors, .. weightings]))]
            :
            [
                ("memory", new MatrixFigure($"{title}: memory use", [ends, .. weightings])),
                ("memory-vectors", new MatrixFigure($"{title}: vectors written and read", vectors)),
            ];
    }

    private static List<IReadOnlyList<MatrixPanel>> Weightings(NtmTrace trace)
    {
        return HeadByHead("Write weightings", Heads(trace.WriteWeightings), "Read weightings", Heads(trace.ReadWeightings), Panel);

        static MatrixPanel Panel(string name, float[,] values, double tallest) => new(name, values) { RowLabel = "location", Tallest = tallest };
    }

    private static List<IReadOnlyList<MatrixPanel>> Vectors(NtmTrace trace)
    {
        var (adds, reads) = (Heads(trace.Adds), Heads(trace.Reads));
        var range = ValueRange.Around0([.. adds, .. reads]);
        return HeadByHead("Adds", adds, "Reads", reads, Panel);

        MatrixPanel Panel(string name, float[,] values, double tallest) =>
            new(name, values) { RowLabel = "element", Range = range, Colours = ColourMap.Diverging, Tallest = tallest };
    }

    /// <summary>A row for each head: what it wrote on the left, what it read on the right. The sample has as many read as write heads.</summary>
    private static List<IReadOnlyList<MatrixPanel>> HeadByHead(
        string written, List<float[,]> writes, string read, List<float[,]> reads, Func<string, float[,], double, MatrixPanel> panel)
    {
        var tallest = writes.Count <= FewHeads ? 264 : 132;
        return [.. writes.Zip(reads, (w, r) => (w, r)).Select((pair, i) => (IReadOnlyList<MatrixPanel>)
            [panel(Name(written, i), pair.w, tallest), panel(Name(read, i), pair.r, tallest)])];

        string Name(string what, int head) => writes.Count == 1 ? what : $"{what}, head {head + 1}";
    }

    /// <summary>The matrix <c>[time, row]</c> of each head of <c>[T, B, heads, width]</c>.</summary>
    private static List<float[,]> Heads(Tensor values) => [.. Enumerable.Range(0, (int)values.size(2)).Select(head => values.select(2, head).Matrix())];
}
