using Ntm.Paper.Catalog;
using Ntm.Paper.Models;
using Ntm.Paper.Settings;
using Ntm.Training;

namespace Ntm.Paper.Reproduce;

/// <summary>Puts together what a report says of a task.</summary>
internal static class ReportBuilder
{
    /// <param name="task">The task.</param>
    /// <param name="outcomes">What became of its architectures.</param>
    /// <param name="figures">Its figures.</param>
    public static TaskReport Of(TaskEntry task, IReadOnlyList<ArchitectureOutcome> outcomes, IReadOnlyList<ReportFigure> figures)
    {
        ArchitectureReport[] architectures = [.. outcomes.Select(Architecture)];
        return new TaskReport(task.Name, task.Summary, architectures, [.. task.Comparisons.Select(c => Row(c, architectures))], Finding.Of(task.Name), figures);

        ArchitectureReport Architecture(ArchitectureOutcome outcome) => new(
            SettingsJson.Name(outcome.Architecture),
            outcome.Best(task) is { } best ? Model(best) : null,
            outcome.Trained.Count > 0 ? Seeds(task, [.. outcome.Trained.Select(c => c.Card)]) : null,
            [.. outcome.Further.Select(c => Training(task, c.Card))],
            [.. outcome.Failures.Select(PortablePath.InText)]);
    }

    private static ModelReport Model(Candidate candidate)
    {
        var card = candidate.Card;
        return new ModelReport(candidate.IsShipped, card.Command, card.Seed, card.SequencesSeen, card.Seconds, card.Parameters, card.Results);
    }

    private static SeedsReport Seeds(TaskEntry task, IReadOnlyList<ModelCard> cards)
    {
        TrainingReport[] trainings = [.. cards.Select(card => Training(task, card))];
        return new SeedsReport(
            trainings,
            Spread.Of(trainings.Select(t => t.ExcessCostBits)),
            Spread.Of(trainings.Select(t => t.WrongBits)),
            Spread.Of(trainings.Select(t => (double)t.SequencesSeen)),
            Spread.Of(trainings.Select(t => t.Seconds)),
            [.. cards[0].Results.Select(condition => Condition(condition.Name, [.. cards.Select(c => c.Results.First(r => r.Name == condition.Name))]))]);
    }

    private static ConditionReport Condition(string name, IReadOnlyList<EvaluationResult> results) => new(
        name, Spread.Of(results.Select(r => r.MeanExcessCost)), Spread.Of(results.Select(r => r.MeanWrong)), results.Count(r => r.MeanWrong == 0));

    private static TrainingReport Training(TaskEntry task, ModelCard card)
    {
        // The first condition of every task is its training range.
        var inRange = card.Results[0];
        var isSolved = task.Comparisons.Where(c => c.Condition == inRange.Name).All(c => c.Goal?.IsKeptBy(c.Measure.Of(inRange)) ?? true);
        return new TrainingReport(card.Command, card.SequencesSeen, card.Seconds, inRange.MeanExcessCost, inRange.MeanWrong, isSolved);
    }

    private static ComparisonRow Row(Comparison comparison, IReadOnlyList<ArchitectureReport> architectures)
    {
        double?[] ours = [.. architectures.Select(Value)];
        var best = ours.Min();
        var isReached = best is { } value ? comparison.Goal?.IsKeptBy(value) : null;
        return new ComparisonRow(
            comparison.Condition, comparison.Measure.Name, comparison.Paper, comparison.PublicModels, comparison.Goal?.ToString() ?? "", ours, best, isReached);

        double? Value(ArchitectureReport architecture) =>
            architecture.Model?.Results.FirstOrDefault(r => r.Name == comparison.Condition) is { } result ? comparison.Measure.Of(result) : null;
    }
}
