using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>Targets and outputs of several sequences below each other.</summary>
internal static class AnswersFigure
{
    /// <summary>A row longer than this has its targets above its outputs instead of beside them.</summary>
    private const int LongestRow = 60;

    public static MatrixFigure Of(string title, TrainedModel trained, IReadOnlyList<EvaluationRequest> requests, int seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return new MatrixFigure(title, [.. requests.SelectMany(Rows)]);

        IReadOnlyList<IReadOnlyList<MatrixPanel>> Rows(EvaluationRequest request)
        {
            var condition = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, request)[0];
            var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
            var row = AnswerFigure.Row(condition.Name, batch, trained.Model.Logits(batch.Inputs).sigmoid());
            return row[0].Steps <= LongestRow ? [row] : [.. row.Select(panel => (IReadOnlyList<MatrixPanel>)[panel])];
        }
    }
}
