using Ntm.Figures;
using Ntm.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>Targets and outputs side by side, from the first step that counts (figures 4, 5 and 8 of the paper).</summary>
internal static class AnswerFigure
{
    public static MatrixFigure Of(string title, SequenceBatch batch, Tensor outputs)
    {
        var first = (int)batch.Mask.argmax(0).ToInt64();
        return new MatrixFigure(title, [[Panel("Targets", batch.Targets), Panel("Outputs", outputs)]]);

        MatrixPanel Panel(string name, Tensor values) => new(name, values.narrow(0, first, values.size(0) - first).Matrix()) { FirstStep = first };
    }
}
