using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Distributed;
using Ntm.Training.Steps;

namespace Ntm.Training;

/// <summary>Measures the cost and errors of a model on held-out sequences.</summary>
/// <remarks>A model that is a torch module, or lists its modules (<see cref="ISequenceModel.modules"/>), is in eval mode during the evaluation.
/// Afterwards every module has its previous mode again, however the evaluation ends.</remarks>
public static class Evaluator
{
    /// <summary>Evaluates a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task; its sizes must match the model's.</param>
    /// <param name="sequences">The number of held-out sequences; at least 1. If the task's test part has fewer (<see cref="SequenceTask.CountOf"/>), all of
    /// them are used, once each.</param>
    /// <param name="seed">Seed of the held-out sequences, which training never sees.</param>
    /// <param name="batchSize">The number of sequences computed together, which affects only the speed; at least 1.</param>
    /// <param name="cancellationToken">Ends the evaluation with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The task's sizes do not match the model's, or a number is below 1.</exception>
    /// <exception cref="InvalidOperationException">The task has no test part, or drew a sequence that cannot be evaluated; the message names the task, sequence,
    /// step, channel and value.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed, on any thread.</exception>
    public static SequenceScore Evaluate(
        ISequenceModel model, SequenceTask task, int sequences = 1_000, int seed = 0, int batchSize = 100, CancellationToken cancellationToken = default) =>
        Evaluate(model, task, SequenceSeeds.HeldOut(seed), 0, sequences, batchSize, cancellationToken);

    /// <summary>Evaluates a model, in total and for each of the task's <see cref="SequenceTask.ChannelGroups"/>.</summary>
    /// <inheritdoc cref="Evaluate(ISequenceModel, SequenceTask, int, int, int, CancellationToken)"/>
    public static SplitScore EvaluateGroups(
        ISequenceModel model, SequenceTask task, int sequences = 1_000, int seed = 0, int batchSize = 100, CancellationToken cancellationToken = default)
    {
        CheckSizes(model, task);
        var tally = new EvaluationTally(task, []);
        var total = Evaluate(model, task, SequenceSeeds.HeldOut(seed), 0, sequences, batchSize, cancellationToken, tally);
        return new SplitScore(total, tally.Scores);
    }

    /// <summary>Evaluates a model by metrics.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task; its sizes must match the model's.</param>
    /// <param name="metrics">The metrics, each of another name. The result has them in <see cref="EvaluationResult.Metrics"/>, and the task's name as its
    /// own.</param>
    /// <param name="sequences">The number of held-out sequences; at least 1. If the task's test part has fewer, all of them are used, once each.</param>
    /// <param name="seed">Seed of the held-out sequences, which training never sees.</param>
    /// <param name="batchSize">The number of sequences computed together, which affects only the speed; at least 1.</param>
    /// <param name="cancellationToken">Ends the evaluation with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The task's sizes do not match the model's, a number is below 1, two metrics have one name, or one is not known of the
    /// task.</exception>
    /// <exception cref="InvalidOperationException">The task has no test part, or drew a sequence that cannot be evaluated; or the function of a metric returned
    /// something other than one or two numbers. The message has the details.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed, on any thread.</exception>
    public static EvaluationResult EvaluateMetrics(
        ISequenceModel model, SequenceTask task, IReadOnlyList<Metric> metrics, int sequences = 1_000, int seed = 0, int batchSize = 100,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        return EvaluateConditions(
            model, [new EvaluationCondition(task.Name, task) { Metrics = metrics, Sequences = sequences, Seed = seed, BatchSize = batchSize }], null, cancellationToken)[0];
    }

    /// <summary>Evaluates a model in one condition after the other.</summary>
    /// <param name="model">The model.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="onStart">Called with each condition before it is measured.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The results, in the conditions' order.</returns>
    /// <exception cref="ArgumentException">A task's sizes are not the model's, a number is below 1, two metrics of a condition have one name, or one is not known
    /// of its task.</exception>
    /// <exception cref="InvalidOperationException">A task drew what cannot be evaluated; the message names task, sequence, step, channel and value.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed, by whatever thread.</exception>
    public static IReadOnlyList<EvaluationResult> EvaluateConditions(
        ISequenceModel model, IReadOnlyList<EvaluationCondition> conditions, Action<EvaluationCondition>? onStart = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        foreach (var condition in conditions)
            MetricList.ThrowIfBad(condition.Metrics, condition.Task, nameof(condition.Metrics));
        return [.. conditions.Select(Measured)];

        EvaluationResult Measured(EvaluationCondition condition)
        {
            onStart?.Invoke(condition);
            CheckSizes(model, condition.Task);
            var tally = new EvaluationTally(condition.Task, condition.Metrics);
            var total = Evaluate(
                model, condition.Task, SequenceSeeds.HeldOut(condition.Seed), 0, condition.Sequences, condition.BatchSize, cancellationToken, tally);
            return tally.Result(condition.Name, total);
        }
    }

    /// <summary>Evaluates a model on a part of a stream of <see cref="SequenceSeeds"/>.</summary>
    internal static SequenceScore Evaluate(
        ISequenceModel model, SequenceTask task, ulong stream, long start, int sequences, int batchSize, CancellationToken cancellationToken,
        EvaluationTally? tally = null, Ranks? ranks = null)
    {
        CheckSizes(model, task);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        // A part that does not exist is refused by the task.
        if (task.CountOf(SequenceStreams.PartOf(stream)) is { } count && count > start)
            sequences = (int)Math.Min(sequences, count - start);
        using var mode = EvaluationMode.Enter(model);
        using var held = HeldTensors.Of(model);
        try
        {
            using var scorer = BatchScorer.Create(model, new TaskLoss(task));
            using var buffer = new BatchBuffer(task);
            var batches = (int)(((long)sequences + batchSize - 1) / batchSize);
            var shared = ranks is null ? null : new SharedEvaluation(ranks, batches, tally?.Groups ?? 0, tally?.CustomMetrics ?? 0);
            var (score, isCancelled) = (default(SequenceScore), false);
            for (var batch = shared?.First ?? 0; batch < (shared?.End ?? batches); batch++)
            {
                if (shared is null)
                    cancellationToken.ThrowIfCancellationRequested();
                else if (isCancelled |= cancellationToken.IsCancellationRequested)
                    break;
                var first = (long)batch * batchSize;
                buffer.Fill(stream, start + first, (int)Math.Min(batchSize, sequences - first));
                var logits = tally is null ? default : tally.LogitsFor(buffer);
                var one = scorer.Score(buffer, logits) with { OptimalCostSum = OptimalCostSum(task, buffer) };
                var measure = tally?.Measure(buffer, one) ?? new BatchMeasure(one, [], []);
                held.ThrowIfDisposed();
                if (shared is null)
                    Add(measure);
                else
                    shared.Add(measure);
            }

            if (shared is not null)
            {
                foreach (var measure in shared.Gather(isCancelled) ?? throw new OperationCanceledException())
                    Add(measure);
            }

            return score;

            void Add(BatchMeasure measure)
            {
                score += measure.Score;
                tally?.Add(measure);
            }
        }
        catch (Exception e) when (e is not (ObjectDisposedException or OperationCanceledException) && held.AreDisposed)
        {
            throw HeldTensors.Disposed(e);
        }
    }

    private static double OptimalCostSum(SequenceTask task, BatchBuffer buffer) => task.OptimalCostSum(buffer) is var cost && double.IsFinite(cost)
        ? cost
        : throw new InvalidOperationException($"The {nameof(task.OptimalCostSum)} of the task {task.Name} is {cost}; expected a finite number.");

    internal static void CheckSizes(ISequenceModel model, SequenceTask task)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        if (model.InputSize != task.InputSize || model.OutputSize != task.OutputSize)
        {
            throw new ArgumentException(
                $"The model has InputSize {model.InputSize} and OutputSize {model.OutputSize}; expected {task.InputSize} and {task.OutputSize}, like the task {task.Name}.",
                nameof(model));
        }
    }
}
