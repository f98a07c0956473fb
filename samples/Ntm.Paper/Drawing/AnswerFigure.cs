using Ntm.Figures;
using Ntm.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>Targets and outputs side by side, from the first step that counts (figures 4, 5 and 8 of the paper).</summary>
internal static class AnswerFigure
{
    public static MatrixFigure Of(string title, SequenceBatch batch, Tensor outputs) => new(title, [Row("", batch, outputs)]);

    /// <summary>Targets and outputs of one sequence.</summary>
    /// <param name="name">What the sequence is, in front of the panels' titles; empty for nothing.</param>
    /// <param name="batch">The sequence.</param>
    /// <param name="outputs">The outputs on it.</param>
    public static IReadOnlyList<MatrixPanel> Row(string name, SequenceBatch batch, Tensor outputs)
    {
        var first = (int)batch.Mask.argmax(0).ToInt64();
        return [Panel("Targets", batch.Targets), Panel("Outputs", outputs)];

        MatrixPanel Panel(string what, Tensor values) =>
            new(name.Length == 0 ? what : $"{what}, {name}", values.narrow(0, first, values.size(0) - first).Matrix()) { FirstStep = first };
    }
}
