using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Distributed;
using Ntm.Training.Steps;

namespace Ntm.Training;

/// <summary>The evaluations of a model while it is trained: when one is due, on which sequences, and what its result means for the training.</summary>
/// <param name="model">The model.</param>
/// <param name="task">The task.</param>
/// <param name="options">The training's options.</param>
/// <param name="ranks">The ranks that share the evaluations; <see langword="null"/> for one process.</param>
internal sealed class ValidationRuns(ISequenceModel model, SequenceTask task, TrainingOptions options, Ranks? ranks)
{
    /// <summary>Returns the number of the evaluation that is due after an update; null if none is.</summary>
    /// <param name="before">The number of sequences trained on before the update.</param>
    /// <param name="seen">Their number after it.</param>
    public long? Due(long before, long seen)
    {
        var interval = options.EvaluationInterval;
        if (interval == 0)
            return null;
        var number = seen / interval;
        if (before / interval != number)
            return number;
        // Within an interval only the end is evaluated, under the number of the evaluation at the interval's own end.
        return seen < options.Sequences ? null : number + 1;
    }

    /// <summary>
    /// Evaluates a few sequences first, and all of them only if those reach the goal and the training would end: otherwise the result makes no
    /// difference. Every evaluation has separate sequences, so that none is passed by repeated attempts. If their number is limited, every evaluation uses
    /// the same ones, and not only a few of them.
    /// </summary>
    /// <param name="number">The evaluation's number.</param>
    /// <param name="seen">The number of sequences trained on.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The evaluation; null if it was cancelled.</returns>
    public EvaluationPoint? Evaluate(long number, long seen, CancellationToken cancellationToken)
    {
        const int Glance = 200;
        var isLimited = task.CountOf(DataPart.Validation) is not null;
        var start = isLimited ? 0 : number * options.EvaluationSequences;
        var few = isLimited ? options.EvaluationSequences : Math.Min(Glance, options.EvaluationSequences);
        var rest = options.EvaluationSequences - few;
        var score = default(SequenceScore);
        var tally = options.Metrics.Count > 0 ? new EvaluationTally(task, options.Metrics) : null;
        try
        {
            var point = Add(start, few);
            return rest > 0 && options.StopWhenSolved && IsGoalReached(point) ? Add(start + few, rest) : point;
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        EvaluationPoint Add(long first, int sequences)
        {
            score += Evaluator.Evaluate(model, task, SequenceSeeds.Validation(options.Seed), first, sequences, batchSize: 100, cancellationToken, tally, ranks);
            return new EvaluationPoint(seen, score) { Metrics = tally?.Result(task.Name, score).Metrics ?? MetricValues.None };
        }
    }

    /// <summary>Whether an evaluation reaches the training's goals, or the task's if it has none.</summary>
    public bool IsGoalReached(EvaluationPoint evaluation) => options.Goals.Count > 0
        ? options.Goals.All(g => g.Limit.IsKeptBy(evaluation.Metrics[g.Metric.Name]))
        : task.Goal.IsReachedBy(evaluation.Score);

    /// <summary>Ends the training if the last evaluation has lost more of what had been learned than <see cref="TrainingOptions.CollapseShare"/>.</summary>
    /// <exception cref="TrainingDivergedException">It has.</exception>
    public void ThrowIfCollapsed(IReadOnlyList<EvaluationPoint> evaluations)
    {
        if (options.CollapseShare is not { } share)
            return;
        var (first, best, last) = (evaluations[0].Score.MeanCost, evaluations.Min(e => e.Score.MeanCost), evaluations[^1]);
        var cost = last.Score.MeanCost;
        if (cost - best > share * (first - best) && first > best && cost > best)
            throw new TrainingDivergedException(last.Sequences, options.Seed, share, first, best, cost, new TaskLoss(task).CostUnit);
    }
}
