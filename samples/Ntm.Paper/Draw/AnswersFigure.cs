using Ntm.Figures;
using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Tasks;
using Ntm.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ntm.Paper.Draw;

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

        MatrixPanel Panel(string name, Tensor values) => SignalPanel.Of(name, values.narrow(0, first, values.size(0) - first).Matrix(), first);
    }
}
