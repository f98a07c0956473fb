using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Optimizers;
using Ntm.Training.Steps;

namespace Ntm.Training;

/// <summary>
/// Trains a model on a task: draws batches, computes gradients, clips, updates, evaluates, reports. It owns the loop and nothing
/// else. The same model, task, options and machine give the same bits.
/// </summary>
public sealed partial class Trainer
{
    private readonly ISequenceModel _model;
    private readonly SequenceTask _task;
    private readonly TrainingOptions _options;
    private readonly ILogger _logger;

    /// <summary>Makes a trainer.</summary>
    /// <param name="model">The model; stays the caller's.</param>
    /// <param name="task">The task; its sizes must be the model's.</param>
    /// <param name="options">The options; copied. <see langword="null"/> for the defaults.</param>
    /// <param name="logger">Where it logs; <see langword="null"/> for nowhere.</param>
    /// <exception cref="OptionsValidationException">An option is out of range; the message names it.</exception>
    /// <exception cref="ArgumentException">The task's sizes are not the model's.</exception>
    public Trainer(ISequenceModel model, SequenceTask task, TrainingOptions? options = null, ILogger<Trainer>? logger = null)
    {
        Evaluator.CheckSizes(model, task);
        _options = options?.Clone() ?? new TrainingOptions();
        TrainingOptionsValidator.ThrowIfInvalid(_options);
        (_model, _task) = (model, task);
        _logger = logger ?? NullLogger<Trainer>.Instance;
    }

    /// <summary>Trains until the task is solved, all sequences have been seen, or it is cancelled.</summary>
    /// <param name="progress">Is told of every point of the learning curve, on the training thread.</param>
    /// <param name="cancellationToken">Ends the training after the current batch; what was learned stays in the model.</param>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite; the update was not made.</exception>
    public TrainingResult Train(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using TrainingStep step = FusedStep.Supports(_model) ? new FusedStep((NeuralTuringMachine)_model) : new AutogradStep(_model);
        var optimizer = FlatOptimizer.Create(_options, step.Parameters.Count);
        var batch = new BatchBuffer(_task);
        var curve = new LearningCurve(_options.ReportInterval, _options.Sequences);
        var clock = new Stopwatch();
        var seen = 0L;
        var streak = 0;
        LogStarted(_task.Name, step.Parameters.Count, _options.Optimizer, _options.Sequences, _options.Seed);

        while (seen < _options.Sequences && !cancellationToken.IsCancellationRequested)
        {
            clock.Start();
            batch.Fill(SequenceSeeds.Training(_options.Seed), seen, (int)Math.Min(_options.BatchSize, _options.Sequences - seen));
            var score = step.Run(batch);
            ThrowIfDiverged(score, step, seen);
            optimizer.Update(step.Parameters, step.Gradient, LearningRate(seen), _options.GradientClip ?? double.PositiveInfinity);
            clock.Stop();

            var before = seen;
            seen += batch.BatchSize;
            curve.Add(score, seen, clock.Elapsed);
            if (EvaluateIfDue(curve, before, seen, cancellationToken) is { } reached)
                streak = reached ? streak + 1 : 0;
            var solved = streak >= _options.SolvedEvaluations && _options.StopWhenSolved;
            Report(last: solved);
            if (solved)
                return Result(TrainingOutcome.Solved);
        }

        Report(last: true);
        return Result(seen < _options.Sequences ? TrainingOutcome.Cancelled : TrainingOutcome.Completed);

        void Report(bool last)
        {
            if (curve.Report(last) is not { } report)
                return;
            LogPoint(report.Point.Sequences, report.Point.CostBits, report.Point.WrongBits);
            progress?.Report(report);
        }

        TrainingResult Result(TrainingOutcome outcome)
        {
            LogEnded(outcome, seen, clock.Elapsed.TotalSeconds);
            return new TrainingResult(outcome, seen, clock.Elapsed.TotalSeconds, curve.Points, curve.Evaluation);
        }
    }

    private double LearningRate(long seen) =>
        _options.LearningRate * _options.Schedule.Factor((double)seen / _options.Sequences, _options.FinalRate);

    /// <summary>Whether an evaluation reached the goal; null if none was due or it was cancelled.</summary>
    private bool? EvaluateIfDue(LearningCurve curve, long before, long seen, CancellationToken cancellationToken)
    {
        var interval = _options.EvaluationInterval;
        if (interval == 0 || cancellationToken.IsCancellationRequested)
            return null;
        var number = seen / interval;
        if (before / interval == number)
        {
            // Within an interval only the end is evaluated, as the number that the interval's own end would have been.
            if (seen < _options.Sequences)
                return null;
            number++;
        }

        try
        {
            var score = Evaluate(number, cancellationToken);
            curve.Evaluation = score;
            LogEvaluated(seen, score.Sequences, score.CostBits, score.WrongBits);
            return _task.Goal.IsReachedBy(score);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>
    /// Looks at a few sequences first, and at all only if those reach the goal and the training would end for it: else there is nothing to tell
    /// apart. Every evaluation has sequences of its own, so that none is passed by having been tried often.
    /// </summary>
    private SequenceScore Evaluate(long number, CancellationToken cancellationToken)
    {
        const int Glance = 200;
        var start = number * _options.EvaluationSequences;
        var few = Math.Min(Glance, _options.EvaluationSequences);
        var score = Part(start, few);
        var rest = _options.EvaluationSequences - few;
        return rest > 0 && _options.StopWhenSolved && _task.Goal.IsReachedBy(score) ? score + Part(start + few, rest) : score;

        SequenceScore Part(long first, int sequences) => Evaluator.Evaluate(
            _model, _task, SequenceSeeds.Validation(_options.Seed), first, sequences, batchSize: 100, cancellationToken);
    }

    private void ThrowIfDiverged(SequenceScore score, TrainingStep step, long firstSequence)
    {
        if (!double.IsFinite(score.Nats))
            throw new TrainingDivergedException(firstSequence, _options.Seed, $"the loss is {score.Nats}");
        if (step.IsGradientFinite)
            return;
        var gradient = step.Gradient;
        for (var i = 0; i < gradient.Length; i++)
            if (!float.IsFinite(gradient[i]))
                throw new TrainingDivergedException(firstSequence, _options.Seed, $"the gradient of {step.Parameters.NameAt(i)} is {gradient[i]}");
    }

    [LoggerMessage(LogLevel.Information, "Training {Task}: {Parameters} parameters, {Optimizer}, up to {Sequences} sequences, seed {Seed}")]
    private partial void LogStarted(string task, int parameters, OptimizerKind optimizer, long sequences, int seed);

    [LoggerMessage(LogLevel.Debug, "{Sequences} sequences: cost {CostBits} bits, {WrongBits} wrong bits per sequence")]
    private partial void LogPoint(long sequences, double costBits, double wrongBits);

    [LoggerMessage(LogLevel.Information, "After {Sequences} sequences, on {HeldOut} held out: cost {CostBits} bits, {WrongBits} wrong bits per sequence")]
    private partial void LogEvaluated(long sequences, long heldOut, double costBits, double wrongBits);

    [LoggerMessage(LogLevel.Information, "Training ended: {Outcome} after {Sequences} sequences, {Seconds} s")]
    private partial void LogEnded(TrainingOutcome outcome, long sequences, double seconds);
}
