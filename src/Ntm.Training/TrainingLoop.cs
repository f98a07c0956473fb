using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.Extensions.Logging;
using Ntm.Core;
using Ntm.Tasks;
using Ntm.Training.Checkpoints;
using Ntm.Training.Distributed;
using Ntm.Training.Observers;
using Ntm.Training.Optimizers;
using Ntm.Training.Steps;

namespace Ntm.Training;

/// <summary>One training: the loop and everything that it must remember. Everything except the weights is in <see cref="State"/> and the curve.</summary>
internal sealed partial class TrainingLoop : IDisposable
{
    private static readonly TrainingPoint Start = new(0, 0, 0, 0);

    private readonly ISequenceModel _model;
    private readonly SequenceTask _task;
    private readonly TaskLoss _loss;
    private readonly TrainingOptions _options;
    private readonly ObserverGroup _observers;
    private readonly TrainingLog _log;
    private readonly ValidationRuns _validation;
    private readonly TrainingContext _context;
    private readonly ModuleModes _modes;
    private readonly DropoutSeeds _dropout;
    private readonly FlatParameters _parameters;
    private readonly UpdateGradient _step;
    private readonly FlatOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly TrainingData _data;
    private readonly LearningCurve _curve;
    private readonly List<EvaluationPoint> _evaluations = [];
    private readonly CheckpointWriter? _checkpoints;
    private readonly Stopwatch _clock = new();

    /// <summary>The training's thread holds it, except while it computes a gradient, which reads the model and changes nothing.</summary>
    private readonly Lock _gate = new();

    private TorchScheduler? _scheduler;
    private readonly string? _dataFingerprint;
    private bool _isComputing;
    private readonly double[] _groupRates;
    private double _lastRate;
    private double _secondsBefore;
    private long _seen;
    private long _before;
    private bool _isUpdateOpen;
    private int _streak;
    private double _rateFactor = 1;
    private int _rollbacks;

    public TrainingLoop(
        ISequenceModel model, SequenceTask task, TrainingOptions options, TrainingCheckpoint? checkpoint, ObserverGroup observers, ILogger logger,
        bool asTensors, Ranks? ranks)
    {
        _ranks = ranks;
        (_model, _task, _options, _observers, _log) = (model, task, options, observers, new TrainingLog(logger));
        _validation = new ValidationRuns(model, task, options, ranks);
        _loss = new TaskLoss(task);
        _context = new TrainingContext(model, task, options, checkpoint);
        try
        {
            _modes = new ModuleModes(model);
            _dropout = new DropoutSeeds(_modes.Modules, options.Seed);
            _parameters = new FlatParameters(model, asTensors);
            _step = UpdateGradient.Create(model, _loss, _parameters, options, ranks);
            _optimizer = options.TorchOptimizer is { } create ? new TorchOptimizer(create, model, _parameters) : options.Optimizer.CreateFor(_parameters);
            // One that cannot be saved is refused now, not at the first checkpoint.
            if (options.Checkpoints is not null)
                _ = _optimizer.SavedState;
            _average = options.WeightAverage is { } decay ? new WeightAverage(decay, _parameters) : null;
            _groupRates = new double[_optimizer.BaseRates.Count];
            _data = new TrainingData(task, options.Seed, _dropout);
            // A save while a gradient is computed must not draw from the task, which the computation does.
            _dataFingerprint = options.Checkpoints is null ? null : DataFingerprint.Of(task, options.Seed);
            _curve = new LearningCurve(options.ReportInterval);
            (_context.History, _context.Evaluations) = (_curve.Points, _evaluations);
            _scheduler = CreateScheduler();
            if (checkpoint is not null)
                Restore(checkpoint);
            if (options.Checkpoints is not null && IsFirst)
                _checkpoints = new CheckpointWriter(options, checkpoint is null, _evaluations, logger);
        }
        catch (Exception e)
        {
            var isDisposed = IsDisposed;
            Dispose();
            if (isDisposed && e is not ObjectDisposedException)
                throw HeldTensors.Disposed(e);
            throw;
        }
    }

    private bool IsDisposed => _parameters?.AreDisposed ?? HeldTensors.IsDisposed(_model);

    private double Seconds => _secondsBefore + _clock.Elapsed.TotalSeconds;

    /// <summary>Returns the learning rate of an update, from the number of updates before it and its first sequence.</summary>
    /// <param name="updates">The number of updates before it.</param>
    /// <param name="sequence">Its first sequence.</param>
    /// <param name="group">The group of parameters, for an optimizer with groups.</param>
    private double LearningRate(long updates, long sequence, int group = 0) => _rateFactor * (_scheduler?.Rate(updates, group)
        ?? LearningRateSchedules.LearningRate(_options, _groupRates.Length > 0 ? _optimizer.BaseRates[group] : _options.Optimizer.LearningRate, sequence));

    private void SetGroupRates()
    {
        for (var i = 0; i < _groupRates.Length; i++)
            _groupRates[i] = LearningRate(_optimizer.Step, _seen, i);
        _optimizer.SetGroupRates(_groupRates);
    }

    public TrainingResult Run(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(SaveNow);
        lock (_gate)
        {
            var isEvaluating = _modes.AreEvaluating;
            try
            {
                if (isEvaluating)
                    _modes.Set(isTraining: true);
                return RunLocked(cancellationToken);
            }
            catch (Exception e) when (e is not ObjectDisposedException && IsDisposed)
            {
                throw HeldTensors.Disposed(e);
            }
            finally
            {
                if (isEvaluating)
                    _modes.Restore();
            }
        }
    }

    public void Dispose()
    {
        _step?.Dispose();
        _optimizer?.Dispose();
        _average?.Dispose();
        _scheduler?.Dispose();
        _parameters?.Dispose();
        _data?.Dispose();
    }

    /// <summary>
    /// Saves while a gradient is computed, which may take longer than the canceling caller can wait. A training that is changing its state
    /// saves by itself soon.
    /// </summary>
    private void SaveNow()
    {
        if (_gate.IsHeldByCurrentThread)
            return;
        lock (_gate)
        {
            // If the model was disposed, the training's own thread reports it.
            if (_isComputing && !IsDisposed)
                Save(null);
        }
    }

    private TrainingResult RunLocked(CancellationToken cancellationToken)
    {
        _log.Started(_task.Name, _parameters.Count, _optimizer.Description ?? _options.Optimizer.Name, _options.Sequences, _options.Seed, _seen);
        if (_options.StopWhenSolved)
            _log.Goal(_options, _task.Goal, _loss);
        ShareStart();
        _observers.Tell(o => o.OnStarted(_context));
        if (_context.ResumedFrom is null)
        {
            _average?.Begin();
            Save(null);
        }

        while (true)
        {
            try
            {
                if (_isUpdateOpen && !FinishUpdate(cancellationToken))
                    return End(TrainingOutcome.Cancelled);
            }
            catch (TrainingDivergedException e) when (MayRollBack)
            {
                RollBack(e);
                continue;
            }

            Agree(cancellationToken);
            if (_streak >= _options.SolvedEvaluations && _options.StopWhenSolved)
                return End(TrainingOutcome.Solved);
            if (_context.StopReason is not null)
                return End(TrainingOutcome.Stopped);
            if (_seen >= _options.Sequences)
                return End(TrainingOutcome.Completed);
            if (_isCancelled)
                return End(TrainingOutcome.Cancelled);
            if (_checkpoints?.IsDue(_seen) == true && _seen != _checkpoints.LastSaved)
                Save(null);
            try
            {
                Update(cancellationToken);
            }
            catch (TrainingDivergedException e) when (MayRollBack)
            {
                RollBack(e);
            }
        }
    }

    private bool MayRollBack => _options.OnDivergence == DivergencePolicy.LowerRate && _rollbacks < _options.MaxRollbacks;

    private void Update(CancellationToken cancellationToken)
    {
        _clock.Start();
        var count = (int)Math.Min(_options.BatchSize, _options.Sequences - _seen);
        if (_ranks is not null)
            _ranks.Own = Requests(cancellationToken);
        var score = Compute(count);
        _parameters.ThrowIfDisposed();
        ThrowIfDiverged(score, count);
        _before = _seen;
        _lastRate = LearningRate(_optimizer.Step, _seen);
        SetGroupRates();
        _optimizer.Update(_parameters, _step.Gradient, _lastRate, _options.GradientClipping);
        _average?.Add(_optimizer.Step);
        _clock.Stop();
        _seen += count;
        _curve.Add(score);
        _isUpdateOpen = true;
    }

    private SequenceScore Compute(int count)
    {
        _isComputing = true;
        _gate.Exit();
        try
        {
            return _step.Run(_data, _seen, count);
        }
        finally
        {
            _gate.Enter();
            _isComputing = false;
        }
    }

    /// <summary>Does the work after an update: evaluation and report, if they are due.</summary>
    /// <returns>Whether it was done. If it was cancelled, it is done when the training resumes.</returns>
    private bool FinishUpdate(CancellationToken cancellationToken)
    {
        _context.SequencesSeen = _seen;
        if (_validation.Due(_before, _seen) is { } number)
        {
            if (Evaluate(number, cancellationToken) is not { } evaluation)
                return false;
            ThrowIfApart();
            _mustAgree = true;
            _streak = _validation.IsGoalReached(evaluation) ? _streak + 1 : 0;
            AddEvaluation(evaluation);
            _validation.ThrowIfCollapsed(_evaluations);
        }

        _isUpdateOpen = false;
        if (_checkpoints?.IsBest(_evaluations) == true)
            SaveBest();
        Report(last: false);
        return true;
    }

    private EvaluationPoint? Evaluate(long number, CancellationToken cancellationToken)
    {
        _average?.Exchange();
        try
        {
            return _validation.Evaluate(number, _seen, cancellationToken);
        }
        finally
        {
            _average?.Exchange();
        }
    }

    private void AddEvaluation(EvaluationPoint evaluation)
    {
        _evaluations.Add(evaluation);
        _log.Evaluated(evaluation, _loss);
        _observers.Tell(o => o.OnEvaluated(_context, evaluation));
    }

    private TrainingResult End(TrainingOutcome outcome)
    {
        // Before the last, shorter point of the curve, which a resumed training would not have.
        ThrowIfApart();
        Save(outcome);
        Report(last: true);
        _average?.Exchange();
        _log.Ended(outcome, _seen, Seconds);
        var result = new TrainingResult(outcome, _seen, Seconds, _curve.Points, _evaluations, _context.StopReason);
        _observers.Tell(o => o.OnEnded(_context, result));
        return result;
    }

    private void Report(bool last)
    {
        var previous = _curve.Points.Count > 0 ? _curve.Points[^1] : Start;
        if (_curve.MakePoint(_seen, Seconds, last) is { } point)
        {
            _mustAgree = true;
            Report(point, previous);
        }
    }

    /// <remarks>A separate method, like <see cref="AddEvaluation"/>, because a lambda's captures are allocated where its scope begins, with every
    /// update.</remarks>
    private void Report(TrainingPoint point, TrainingPoint previous)
    {
        var rate = (point.Sequences - previous.Sequences) / Math.Max(point.Seconds - previous.Seconds, 1e-9);
        var left = TrainingProgress.TimeFor(_options.Sequences - _seen, rate);
        var progress = new TrainingProgress(point, _options.Sequences, rate, left, _evaluations.Count > 0 ? _evaluations[^1].Score : null)
        {
            Metrics = _evaluations.Count > 0 ? _evaluations[^1].Metrics : MetricValues.None,
            SmoothedCost = _curve.SmoothedCost,
            GradientNorm = TensorPrimitives.Norm(_step.Gradient.Values),
            LearningRate = _lastRate,
            Epoch = _task.CountOf(DataPart.Training) is { } count ? (double)point.Sequences / count : null,
        };
        _log.Point(point.Sequences, point.MeanCost, _loss.CostUnit, point.MeanWrong, _loss.WrongName);
        _observers.Tell(o => o.OnProgress(_context, progress));
    }

    private void ThrowIfDiverged(SequenceScore score, int count)
    {
        if (double.IsFinite(score.LossSum) && _step.IsGradientFinite)
            return;
        var gradient = _step.Gradient.Values;
        var bad = 0;
        while (bad < gradient.Length && float.IsFinite(gradient[bad]))
            bad++;
        var parameter = bad < gradient.Length ? _parameters.NameAt(bad) : null;
        List<string> what = [];
        if (!double.IsFinite(score.LossSum))
            what.Add($"the loss is {score.LossSum}");
        if (parameter is not null)
            what.Add($"the gradient of {parameter} is {gradient[bad]}");
        throw new TrainingDivergedException(_seen, count, _options.Seed, parameter, string.Join(" and ", what));
    }
}
