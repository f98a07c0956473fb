using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Runs;
using Ntm.Training;
using static TorchSharp.torch;

namespace Ntm.Paper.Drawing;

/// <summary>Outputs below their targets, for one sequence or for several beside each other (figures 4, 5 and 8 of the paper).</summary>
internal static class AnswersFigure
{
    /// <param name="architecture">The model's architecture, for the title.</param>
    /// <param name="trained">The model.</param>
    /// <param name="requests">The sequences; several must have sizes, which stand above them.</param>
    /// <param name="seed">The seed of the held-out sequences.</param>
    public static MatrixFigure Of(string architecture, TrainedModel trained, IReadOnlyList<EvaluationRequest> requests, int seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var answers = requests.Select(Answer).ToList();
        var names = answers.Select(a => a.Condition.Name).ToList();
        var title = $"{trained.Settings.Task}, {architecture}: {string.Join(", ", names)}";
        return answers.Count == 1
            ? new MatrixFigure(title, [[answers[0].Row[0]], [answers[0].Row[1]]])
            : new MatrixFigure($"{title}; targets above outputs", [[.. answers.Select(a => a.Row[0])], [.. answers.Select(a => a.Row[1])]]);

        (TaskCondition Condition, IReadOnlyList<MatrixPanel> Row) Answer(EvaluationRequest request)
        {
            var condition = TaskCatalog.Find(trained.Settings.Task).Conditions(trained.Settings, request)[0];
            var batch = condition.Task.Batch(SequenceSeeds.HeldOut(seed), 0, 1);
            var outputs = trained.Model.Logits(batch.Inputs).sigmoid();
            return (condition, requests.Count == 1 ? AnswerFigure.Row("Targets", "Outputs", batch, outputs) : AnswerFigure.Row($"{condition.Size}", "", batch, outputs));
        }
    }
}
