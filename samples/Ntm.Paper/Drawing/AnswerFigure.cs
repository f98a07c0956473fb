using Ntm.Figures;
using Ntm.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>Targets and outputs side by side, from the first step that counts.</summary>
internal static class AnswerFigure
{
    public static MatrixFigure Of(string title, SequenceBatch batch, Tensor outputs) => new(title, [Row("Targets", "Outputs", batch, outputs)]);

    /// <summary>The targets and the outputs of one sequence.</summary>
    /// <param name="targets">The title of the targets; may be empty.</param>
    /// <param name="answer">The title of the outputs; may be empty.</param>
    /// <param name="batch">The sequence.</param>
    /// <param name="outputs">The outputs on it.</param>
    public static IReadOnlyList<MatrixPanel> Row(string targets, string answer, SequenceBatch batch, Tensor outputs)
    {
        var first = (int)batch.Mask.argmax(0).ToInt64();
        return [Panel(targets, batch.Targets), Panel(answer, outputs)];

        MatrixPanel Panel(string name, Tensor values) => new(name, values.narrow(0, first, values.size(0) - first).Matrix()) { FirstStep = first };
    }
}
